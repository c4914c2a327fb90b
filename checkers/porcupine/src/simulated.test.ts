/**
 * Histories of the size of real runs: a correct store's are valid, however many outcomes are unknown,
 * and one stale read makes them invalid. The limits on time are far above what it takes; what they
 * catch is a search that explodes.
 */
import { describe, expect, test } from 'vitest';
import { checkOperations } from './check.ts';
import { kv } from './models/kv.ts';
import { simulate, withStaleRead, type Simulation } from './testing/simulate.ts';
import { measure } from './testing/speed.ts';

const PLAIN = { get: 5, put: 3, cas: 2, append: 0, delete: 0 };
const DELETES = { get: 5, put: 3, cas: 2, append: 0, delete: 1 };
const APPENDS = { get: 5, put: 2, cas: 1, append: 2, delete: 0 };
const LIMIT = { timeout: 30_000 };

const CASES: readonly (readonly [name: string, options: Omit<Simulation, 'seed'>])[] = [
  ['10 clients, 10 keys', { operations: 20_000, clients: 10, keys: 10, weights: PLAIN, unknown: 0 }],
  [
    '50 clients, 10 keys, unknown outcomes',
    { operations: 20_000, clients: 50, keys: 10, weights: PLAIN, unknown: 0.05 },
  ],
  [
    '50 clients, 10 keys, unknown outcomes in bursts',
    { operations: 20_000, clients: 50, keys: 10, weights: PLAIN, unknown: 0.05, bursts: true },
  ],
  [
    '20 clients, 1 key, unknown outcomes',
    { operations: 5000, clients: 20, keys: 1, weights: PLAIN, unknown: 0.05 },
  ],
  ['deletes', { operations: 10_000, clients: 20, keys: 10, weights: DELETES, unknown: 0.02 }],
  ['appends', { operations: 10_000, clients: 20, keys: 10, weights: APPENDS, unknown: 0.02 }],
  ['few values', { operations: 5000, clients: 10, keys: 5, weights: PLAIN, unknown: 0.02, values: 5 }],
];

describe.each(CASES)('%s', (_, options) => {
  test.each([1, 2, 3])('seed %i: valid', (seed) => {
    const { verdict, partitions } = checkOperations(kv(), simulate({ ...options, seed }), LIMIT);
    expect(partitions.filter((partition) => partition.verdict !== 'valid')).toEqual([]);
    expect(verdict).toBe('valid');
  });
});

describe.each(CASES.filter(([, { weights, values }]) => weights === PLAIN && values === undefined))(
  '%s',
  (_, options) => {
    test.each([0.1, 0.5, 0.9])('a stale read after %d of it: invalid', (part) => {
      const history = withStaleRead(simulate({ ...options, seed: 4 }), part)!;
      const { verdict, partitions } = checkOperations(kv(), history, { ...LIMIT, counterexample: true });
      expect(verdict).toBe('invalid');
      const { counterexample } = partitions.find((partition) => partition.verdict === 'invalid')!;
      expect(counterexample).toMatchObject({ minimal: true, confirmed: true });
      expect(counterexample!.operations.length).toBeLessThan(30);
    });
  },
);

test('a chain of appends costs no more than what it appends', () => {
  const APPEND_ONLY = { get: 0, put: 0, cas: 0, append: 1, delete: 0 };
  const history = simulate({
    seed: 1,
    operations: 20_000,
    clients: 5,
    keys: 1,
    weights: APPEND_ONLY,
    unknown: 0,
  });
  expect(checkOperations(kv(), history, { timeout: 10_000, memory: 100_000_000 }).verdict).toBe('valid');
});

test('the speed check shows the verdict and the figures', () => {
  const history = simulate({ seed: 1, operations: 10, clients: 2, keys: 1, weights: PLAIN, unknown: 0 });
  expect(measure('tiny', history)).toMatch(
    /^tiny: +10 ops, 0 unknown +valid +\d+ ms +\d+ ms CPU +\+-?\d+ MB peak \d+ MB$/,
  );
});
