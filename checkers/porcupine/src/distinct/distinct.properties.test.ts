/**
 * Against the definition of linearizability, on random small histories. A failure shows the seed and the
 * history. `RUNS=1000000 npx vitest run …` for a long run, `SEED=…` for another one.
 */
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import {
  collection,
  type CollectionInput,
  type CollectionModel,
  type CollectionOutput,
  type Kind,
} from '../testing/collection.ts';
import { Random } from '../testing/random.ts';
import {
  simulateCollection,
  type CollectionOperation,
  type CollectionSimulation,
} from '../testing/simulate-collection.ts';
import { verifyWitness } from '../verify.ts';
import { distinct } from './distinct.ts';

const RUNS = Number(process.env['RUNS'] ?? 50_000);
const SEED = Number(process.env['SEED'] ?? 1);
const LONG = { timeout: 600_000 };

const WEIGHTS: Readonly<Record<Kind, CollectionSimulation['weights']>> = {
  fifo: { insert: 4, remove: 5, whole: 0 },
  lifo: { insert: 4, remove: 5, whole: 0 },
  bag: { insert: 4, remove: 5, whole: 0 },
  set: { insert: 2, remove: 0, whole: 1, contains: 1 },
};

class Count {
  valid = 0;
  invalid = 0;
  undecided = 0;
}

describe.each<Kind>(['fifo', 'lifo', 'bag', 'set'])('%s', (kind) => {
  const model = collection(kind);

  const agree = (draw: (random: Random) => readonly CollectionOperation[]): void => {
    const count = new Count();
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const history = draw(new Random(seed));
      const wrong = whatIsWrong(model, history, count);
      if (wrong !== undefined) expect.fail(`seed ${seed}: ${wrong}\n${JSON.stringify(history)}`);
    }
    if (process.env['RUNS']) console.log(kind, { ...count });
    expect(count.undecided).toBeLessThan(kind === 'lifo' ? RUNS / 500 : 1);
    expect(Math.min(count.valid, count.invalid)).toBeGreaterThan(RUNS / 5);
  };

  test('random histories', LONG, () => agree((random) => anyHistory(kind, random)));

  test('histories of a correct one, most of them with answers changed', LONG, () =>
    agree((random) => {
      const options = {
        seed: random.int(2 ** 31),
        operations: 2 + random.int(7),
        clients: 1 + random.int(5),
        unknown: random.int(3) / 4,
      };
      const history = simulateCollection({ ...options, kind, weights: WEIGHTS[kind] });
      return random.int(4) === 0 ? history : changed(changed(history, random), random);
    }),
  );
});

/**
 * What is answered is right; what is valid comes with a linearization that verifies, what is invalid with
 * suspects that are so alone.
 */
function whatIsWrong(
  model: CollectionModel,
  history: readonly CollectionOperation[],
  count: Count,
): string | undefined {
  const answer = distinct(model, { operations: history }, new Budget({})).run();
  count[answer.kind]++;
  if (answer.kind === 'undecided') return undefined;
  if ((answer.kind === 'valid') !== isLinearizable(model, history)) return `it is not ${answer.kind}`;
  if (answer.kind === 'valid') return verifyWitness(model, history, answer.witness);
  const { suspects } = answer;
  const alone = suspects && history.filter(({ id }) => suspects.includes(id));
  return alone && isLinearizable(model, alone) ? `it shows nothing: ${suspects.join()}` : undefined;
}

/** Intervals that overlap a lot, ties included; a quarter of outcomes is unknown. Elements are ids. */
function anyHistory(kind: Kind, random: Random): CollectionOperation[] {
  return Array.from({ length: random.int(8) }, (_, id) => {
    const f =
      random.int(2) === 0 ? 'insert' : kind !== 'set' ? 'remove' : random.int(2) === 0 ? 'whole' : 'contains';
    const input: CollectionInput =
      f === 'insert' ? { f, value: id } : f === 'contains' ? { f, value: random.int(5) } : { f };
    const call = random.int(10);
    const timed = { id, process: id, input, call };
    if (random.int(4) === 0) return { ...timed, output: undefined, return: Infinity };
    const removed = random.int(7);
    const output = {
      insert: {},
      remove: { value: removed === 6 ? null : removed },
      contains: { found: random.int(2) === 0 },
      whole: { values: [0, 1, 2, 3, 4].filter(() => random.int(2) === 0) },
    }[f];
    return { ...timed, output, return: call + random.int(6) };
  });
}

/** Swaps the answers of two observers, or gives one another answer. */
function changed(history: readonly CollectionOperation[], random: Random): CollectionOperation[] {
  const observers = history.filter(({ input, output }) => output && input.f !== 'insert');
  const victim = observers[random.int(observers.length)];
  const other = observers[random.int(observers.length)];
  const swap = random.int(2) === 0 && victim?.input.f === other?.input.f;
  return history.map((operation) => {
    if (operation === victim)
      return { ...operation, output: swap ? other!.output : anyAnswer(operation, random) };
    return operation === other && swap ? { ...operation, output: victim!.output } : operation;
  });
}

function anyAnswer({ id, output }: CollectionOperation, random: Random): CollectionOutput {
  if (output?.found !== undefined) return { found: !output.found };
  const value = random.int(id + 2);
  if (output?.values === undefined) return { value: random.int(3) === 0 ? null : value };
  const without = output.values.filter((one) => one !== value);
  return { values: without.length < output.values.length ? without : [...without, value] };
}
