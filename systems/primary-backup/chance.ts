/**
 * What does not follow from the state: where a random token and the time come from. The primary asks here
 * once, when it numbers the input, and what it was told goes into the log.
 */
import type { Env } from '../contract.ts';
import type { Chance, Input } from './input.ts';

/** Of 64 bits: two alike are not to be expected. */
export function meet(input: Input, env: Env): Chance {
  switch (input[0]) {
    case 'draw':
      return word(env) + word(env);
    case 'tick':
      return Math.floor(env.now() * 1000);
    default:
      return null;
  }
}

function word(env: Env): string {
  return Math.floor(env.random('token') * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
