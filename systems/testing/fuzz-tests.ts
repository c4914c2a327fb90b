/**
 * What tests by random runs have in common. `SEEDS=5000` makes more runs, and `SEED=17` shows one, with all
 * that happened in it.
 */
import { expect } from 'vitest';
import type { FuzzResult } from './fuzz.ts';

const only = process.env['SEED'];

export function seeds(usually: number): readonly number[] {
  if (only !== undefined) return [Number(only)];
  return Array.from({ length: Number(process.env['SEEDS'] ?? usually) }, (_, seed) => seed);
}

/** Nothing was found in the run of a correct system. */
export function expectNothing(seed: number, { violations, broken, live, halted, log }: FuzzResult): void {
  const shown = only === undefined ? log.slice(-30) : log;
  const account = `SEED=${seed} shows all of it:\n${shown.join('\n')}`;
  expect({ violations, broken, live, halted }, account).toEqual({
    violations: [],
    broken: [],
    live: true,
    halted: [],
  });
}
