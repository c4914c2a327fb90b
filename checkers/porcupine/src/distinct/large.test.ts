/**
 * Histories of the size of real runs: a correct collection's are valid, with a linearization that
 * verifies, and two answers exchanged make them invalid. The limits on time are far above what it takes.
 */
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import { collection, type Kind } from '../testing/collection.ts';
import {
  simulateCollection,
  type CollectionOperation,
  type CollectionSimulation,
} from '../testing/simulate-collection.ts';
import { verifyWitness } from '../verify.ts';
import { distinct } from './distinct.ts';

const OFTEN_EMPTY = { insert: 4, remove: 5, whole: 0 };
const RARELY_EMPTY = { insert: 20, remove: 19, whole: 0 };
const LIMIT = { timeout: 30_000 };

const CASES: readonly (readonly [
  kind: Kind,
  name: string,
  options: Pick<CollectionSimulation, 'weights' | 'unknown'>,
])[] = [
  ['fifo', 'often empty', { weights: OFTEN_EMPTY, unknown: 0.02 }],
  ['fifo', 'rarely empty', { weights: RARELY_EMPTY, unknown: 0.02 }],
  ['lifo', 'often empty', { weights: OFTEN_EMPTY, unknown: 0.02 }],
  ['lifo', 'rarely empty', { weights: RARELY_EMPTY, unknown: 0.02 }],
  ['bag', 'often empty', { weights: OFTEN_EMPTY, unknown: 0.02 }],
  ['set', 'read now and then', { weights: { insert: 200, remove: 0, whole: 1 }, unknown: 0.02 }],
];

const simulated = (kind: Kind, options: Pick<CollectionSimulation, 'weights' | 'unknown'>, seed: number) =>
  simulateCollection({ ...options, seed, kind, operations: 5000, clients: 20 });

describe.each(CASES)('%s, %s', (kind, _, options) => {
  test.each([1, 2, 3])('seed %i: valid', (seed) => {
    const history = simulated(kind, options, seed);
    const answer = distinct(collection(kind), { operations: history }, new Budget(LIMIT)).run();
    expect(answer).toMatchObject({ kind: 'valid' });
    if (answer.kind === 'valid')
      expect(verifyWitness(collection(kind), history, answer.witness)).toBeUndefined();
  });
});

describe.each(CASES.filter(([kind]) => kind === 'fifo' || kind === 'lifo'))('%s, %s', (kind, _, options) => {
  test.each([0.1, 0.5, 0.9])('the answers of two removals exchanged after %d of it: invalid', (part) => {
    const history = withAnswersExchanged(simulated(kind, options, 4), part);
    const answer = distinct(collection(kind), { operations: history }, new Budget(LIMIT)).run();
    expect(answer.kind).toBe('invalid');
    if (answer.kind === 'invalid') expect(answer.suspects!.length).toBeLessThan(300);
  });
});

/**
 * Of a queue, the answers of the first two removals, from somewhere on, of elements that went in certainly
 * one after the other and came out so; of a stack, of elements of which one was certainly inside while the
 * other was.
 */
function withAnswersExchanged(history: readonly CollectionOperation[], part: number): CollectionOperation[] {
  const inserted = new Map(history.map((operation) => [operation.input.value, operation]));
  const removals = history.flatMap((operation) => {
    const insert = inserted.get(operation.output?.value ?? undefined);
    return insert ? [{ operation, insert }] : [];
  });
  const start = history[Math.floor(history.length * part)]!.call;
  for (const first of removals) {
    if (first.insert.call < start) continue;
    const second = removals.find(
      ({ operation, insert }) =>
        first.operation.return < operation.call &&
        (first.insert.return < insert.call || insert.return < first.insert.call) &&
        Math.max(first.insert.return, insert.return) < first.operation.call,
    );
    if (!second) continue;
    const [a, b] = [first.operation, second.operation];
    return history.map((operation) => {
      if (operation === a) return { ...a, output: b.output };
      return operation === b ? { ...b, output: a.output } : operation;
    });
  }
  throw new Error('no two removals are as it takes');
}
