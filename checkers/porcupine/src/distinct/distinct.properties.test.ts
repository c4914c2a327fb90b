/**
 * Against the definition of linearizability, on random small histories. A failure prints the seed, and
 * the history shrunk.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import { collection, type CollectionModel, type CollectionOutput, type Kind } from '../testing/collection.ts';
import { Random } from '../testing/random.ts';
import {
  simulateCollection,
  type CollectionOperation,
  type CollectionSimulation,
} from '../testing/simulate-collection.ts';
import { verifyWitness } from '../verify.ts';
import { distinct } from './distinct.ts';

const RUNS = Number(process.env['RUNS'] ?? 10_000);

/** What an operation does, and what it answers if it is known to have ended. */
type Step = Pick<CollectionOperation, 'input' | 'output'>;

const insert: fc.Arbitrary<Step> = fc.constant({ input: { f: 'insert' }, output: {} });
const removal: fc.Arbitrary<Step> = fc
  .oneof(fc.constant(null), fc.nat(5))
  .map((value) => ({ input: { f: 'remove' }, output: { value } }));
const whole: fc.Arbitrary<Step> = fc
  .subarray([0, 1, 2, 3, 4])
  .map((values) => ({ input: { f: 'whole' }, output: { values } }));

const STEPS: Readonly<Record<Kind, fc.Arbitrary<Step>>> = {
  fifo: fc.oneof(insert, removal),
  lifo: fc.oneof(insert, removal),
  bag: fc.oneof(insert, removal),
  set: fc.oneof({ weight: 3, arbitrary: insert }, { weight: 2, arbitrary: whole }),
};

const WEIGHTS: Readonly<Record<Kind, CollectionSimulation['weights']>> = {
  fifo: { insert: 4, remove: 5, whole: 0 },
  lifo: { insert: 4, remove: 5, whole: 0 },
  bag: { insert: 4, remove: 5, whole: 0 },
  set: { insert: 1, remove: 0, whole: 1 },
};

/** Intervals that overlap a lot, ties included; a quarter of outcomes is unknown. Elements are ids. */
function histories(step: fc.Arbitrary<Step>): fc.Arbitrary<CollectionOperation[]> {
  const known = fc.nat(3).map((n) => n > 0);
  const one = fc.record({ step, call: fc.nat(9), length: fc.nat(5), known });
  return fc.array(one, { maxLength: 7 }).map((drafts) =>
    drafts.map((draft, id) => {
      const input = draft.step.input.f === 'insert' ? { ...draft.step.input, value: id } : draft.step.input;
      const timed = { id, process: id, input, call: draft.call };
      if (!draft.known) return { ...timed, output: undefined, return: Infinity };
      return { ...timed, output: draft.step.output, return: draft.call + draft.length };
    }),
  );
}

const settings = fc.record({
  seed: fc.nat(),
  operations: fc.integer({ min: 2, max: 8 }),
  clients: fc.integer({ min: 1, max: 5 }),
  unknown: fc.constantFrom(0, 0.2, 0.5),
});

class Count {
  valid = 0;
  invalid = 0;
  undecided = 0;
}

/** What is answered is right, and what is valid comes with a linearization that verifies. */
function holds(model: CollectionModel, history: readonly CollectionOperation[], count: Count): void {
  const answer = distinct(model, history, new Budget({})).run();
  count[answer.kind]++;
  if (answer.kind === 'undecided') return;
  expect(answer.kind).toBe(isLinearizable(model, history) ? 'valid' : 'invalid');
  if (answer.kind === 'valid') expect(verifyWitness(model, history, answer.witness)).toBeUndefined();
}

describe.each<Kind>(['fifo', 'lifo', 'bag', 'set'])('%s', (kind) => {
  const model = collection(kind);

  test('random histories', () => {
    const count = new Count();
    fc.assert(
      fc.property(histories(STEPS[kind]), (history) => holds(model, history, count)),
      { numRuns: RUNS },
    );
    console.log(kind, count);
    if (kind !== 'lifo') expect(count.undecided).toBe(0);
  });

  test('histories of a correct one, with one answer changed', () => {
    const count = new Count();
    fc.assert(
      fc.property(settings, (options) => {
        const history = simulateCollection({ ...options, kind, weights: WEIGHTS[kind] });
        expect(distinct(model, history, new Budget({})).run().kind).not.toBe('invalid');
        holds(model, mutate(history, new Random(options.seed)), count);
      }),
      { numRuns: RUNS },
    );
    console.log(kind, count);
    if (kind !== 'lifo') expect(count.undecided).toBe(0);
    expect(count.invalid).toBeGreaterThan(RUNS / 5);
  });
});

/** Swaps the answers of two observers, or gives one another answer. */
function mutate(history: readonly CollectionOperation[], random: Random): CollectionOperation[] {
  const observers = history.filter(({ input, output }) => output && input.f !== 'insert');
  const victim = observers[random.int(observers.length)];
  const other = observers[random.int(observers.length)];
  const swap = random.int(2) === 0;
  return history.map((operation) => {
    if (operation === victim)
      return { ...operation, output: swap ? other!.output : changed(operation, random) };
    return operation === other && swap ? { ...operation, output: victim!.output } : operation;
  });
}

function changed({ id, output }: CollectionOperation, random: Random): CollectionOutput {
  const value = random.int(id + 2);
  if (output?.values === undefined) return { value: random.int(3) === 0 ? null : value };
  const without = output.values.filter((one) => one !== value);
  return { values: without.length < output.values.length ? without : [...without, value] };
}
