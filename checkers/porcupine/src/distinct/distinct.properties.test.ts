/**
 * Against the definition of linearizability, on random small histories. A failure prints the seed, and
 * the history shrunk.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import { collection, type CollectionModel, type CollectionOutput, type Kind } from '../testing/collection.ts';
import { simulateCollection, type CollectionOperation } from '../testing/simulate-collection.ts';
import { Random } from '../testing/random.ts';
import { verifyWitness } from '../verify.ts';
import { distinct } from './distinct.ts';

const RUNS = Number(process.env.RUNS ?? 10_000);

/** Intervals that overlap a lot, ties included. Elements are the ids of their insertions. */
const histories: fc.Arbitrary<CollectionOperation[]> = fc
  .array(
    fc.record({
      call: fc.nat(9),
      length: fc.nat(5),
      known: fc.nat(3).map((n) => n > 0),
      /** -1 inserts, -2 sees the collection empty, others remove. */
      does: fc.oneof(
        { weight: 2, arbitrary: fc.constant(-1) },
        { weight: 3, arbitrary: fc.integer({ min: -2, max: 5 }) },
      ),
    }),
    { maxLength: 7 },
  )
  .map((drafts) =>
    drafts.map(({ call, length, known, does }, id) => {
      const input = does === -1 ? { f: 'insert' as const, value: id } : { f: 'remove' as const };
      const output: CollectionOutput = does === -1 ? {} : { value: does === -2 ? null : does };
      return {
        id,
        process: id,
        input,
        output: known ? output : undefined,
        call,
        return: known ? call + length : Infinity,
      };
    }),
  );

const settings = fc.record({
  seed: fc.nat(),
  operations: fc.integer({ min: 2, max: 8 }),
  clients: fc.integer({ min: 1, max: 5 }),
  unknown: fc.constantFrom(0, 0.2, 0.5),
});

interface Count {
  valid: number;
  invalid: number;
  undecided: number;
}

/** What is answered is right, and comes with a linearization that verifies. */
function holds(model: CollectionModel, history: readonly CollectionOperation[], count: Count): void {
  const answer = distinct(model, history, new Budget({})).run();
  count[answer.kind]++;
  if (answer.kind === 'undecided') return;
  expect(answer.kind).toBe(isExplained(model, history) ? 'valid' : 'invalid');
  if (answer.kind === 'valid') expect(verifyWitness(model, history, answer.witness)).toBeUndefined();
}

/** `step` is deterministic; what a removal of unknown outcome takes from a bag is not. */
function isExplained(model: CollectionModel, history: readonly CollectionOperation[]): boolean {
  if (model.collection!.kind !== 'bag') return isLinearizable(model, history);
  const take = history.find(
    ({ input, return: end, output }) => input.f === 'remove' && end === Infinity && !output,
  );
  if (!take) return isLinearizable(model, history);
  const elements = history.flatMap(({ input }) => (input.f === 'insert' ? [input.value!] : []));
  return [null, ...elements].some((value) =>
    isExplained(
      model,
      history.map((operation) => (operation === take ? { ...take, output: { value } } : operation)),
    ),
  );
}

describe.each<Kind>(['fifo', 'bag'])('%s', (kind) => {
  const model = collection(kind);

  test('random histories', () => {
    const count = { valid: 0, invalid: 0, undecided: 0 };
    fc.assert(
      fc.property(histories, (history) => holds(model, history, count)),
      { numRuns: RUNS },
    );
    console.log(kind, count);
    if (kind !== 'bag') expect(count.undecided).toBe(0);
  });

  test('histories of a correct one, with one answer changed', () => {
    const count = { valid: 0, invalid: 0, undecided: 0 };
    fc.assert(
      fc.property(settings, (options) => {
        const history = simulateCollection({ ...options, kind, weights: { insert: 4, remove: 5, whole: 0 } });
        expect(distinct(model, history, new Budget({})).run().kind).not.toBe('invalid');
        holds(model, mutate(history, new Random(options.seed)), count);
      }),
      { numRuns: RUNS },
    );
    console.log(kind, count);
    if (kind !== 'bag') expect(count.undecided).toBe(0);
    expect(count.invalid).toBeGreaterThan(RUNS / 5);
  });
});

/** Gives one known removal the answer of another one, or any. */
function mutate(history: readonly CollectionOperation[], random: Random): CollectionOperation[] {
  const removals = history.filter(({ input, output }) => output && input.f === 'remove');
  const victim = removals[random.int(removals.length)];
  const other = removals[random.int(removals.length)];
  const value = random.int(3) === 0 ? null : random.int(history.length);
  return history.map((operation) => {
    if (operation === victim)
      return { ...operation, output: random.int(2) === 0 ? other!.output : { value } };
    return operation === other ? { ...operation, output: victim!.output } : operation;
  });
}
