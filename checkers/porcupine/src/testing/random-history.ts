/**
 * Small random histories, most of them of no object at all: intervals that overlap a lot, ties included,
 * a third of outcomes unknown, few values, so that they are valid about as often as not.
 */
import type { Operation } from '../model.ts';
import type { KvInput, KvOutput } from '../models/kv.ts';
import type { RegisterInput, RegisterOutput } from '../models/register.ts';
import type { Random } from './random.ts';

type Step<I, O> = readonly [input: I, output: O | undefined];

export function randomHistory<I, O>(
  random: Random,
  most: number,
  step: (random: Random) => Step<I, O>,
): Operation<I, O>[] {
  const span = 3 + random.int(12);
  return Array.from({ length: random.int(most + 1) }, (_, id) => {
    const [input, output] = step(random);
    const call = random.int(span);
    const known = random.real() < 0.65;
    const end = known ? call + random.int(6) : Infinity;
    return { id, process: id, input, output: known ? output : undefined, call, return: end };
  });
}

export function registerStep(random: Random): Step<RegisterInput, RegisterOutput> {
  const value = (): number | null => pick(random, [null, 1, 2]);
  switch (random.weighted({ read: 2, write: 1, cas: 2 })) {
    case 'read':
      return [{ f: 'read' }, { value: value() }];
    case 'write':
      return [{ f: 'write', value: value() }, {}];
    case 'cas':
      return [{ f: 'cas', value: [value(), value()] }, casAnswer(random)];
  }
}

export function kvStep(random: Random): Step<KvInput, KvOutput> {
  const value = (): string | null => pick(random, [null, '', 'a', 'b', 'ab']);
  switch (random.weighted({ get: 3, put: 2, append: 3, delete: 1, cas: 3 })) {
    case 'get':
      return [{ f: 'get' }, { value: value() }];
    case 'put':
      return [{ f: 'put', value: value() }, {}];
    case 'append':
      return [{ f: 'append', value: pick(random, ['a', 'b', '']) }, {}];
    case 'delete':
      return [{ f: 'delete' }, {}];
    case 'cas':
      return [{ f: 'cas', value: [value(), value()] }, casAnswer(random)];
  }
}

/** Most often that it succeeded or failed, sometimes that nobody knows. */
function casAnswer(random: Random): { readonly ok: boolean } | undefined {
  return random.int(12) === 0 ? undefined : { ok: random.int(2) === 0 };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.int(from.length)]!;
}
