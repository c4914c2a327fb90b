/**
 * The checker against the definition of linearizability, on random small histories. A failure prints the
 * seed, and the history shrunk.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { checkOperations } from './check.ts';
import { compile, operationsOf } from './jit/compile.ts';
import { jit } from './jit/jit.ts';
import { ILLEGAL, type Model, type Operation } from './model.ts';
import { kv, type KvInput, type KvOutput } from './models/kv.ts';
import { register, type RegisterInput, type RegisterOutput } from './models/register.ts';
import type { CheckedPartition } from './result.ts';
import { isLinearizable } from './testing/brute-force.ts';
import { Random } from './testing/random.ts';
import { simulate, type KvOperation } from './testing/simulate.ts';
import { verifyWitness } from './verify.ts';
import { weaker } from './prefix.ts';

const RUNS = 20_000;

/** Intervals that overlap a lot, ties included; a third of outcomes is unknown. */
function histories<I, O>(step: fc.Arbitrary<readonly [I, O | undefined]>): fc.Arbitrary<Operation<I, O>[]> {
  const one = fc.record({
    step,
    call: fc.nat(9),
    length: fc.nat(5),
    known: fc.oneof(
      { weight: 2, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  });
  return fc.array(one, { maxLength: 6 }).map((drafts) =>
    drafts.map(({ step: [input, output], call, length, known }, id) => {
      const end = known ? call + length : Infinity;
      return { id, process: id, input, output: known ? output : undefined, call, return: end };
    }),
  );
}

const small = fc.constantFrom(null, 1, 2);
const mayBeUnknown = <O>(output: fc.Arbitrary<O>): fc.Arbitrary<O | undefined> =>
  fc.oneof({ weight: 15, arbitrary: output }, { weight: 1, arbitrary: fc.constant(undefined) });

function cas<V>(
  value: fc.Arbitrary<V>,
): fc.Arbitrary<readonly [{ f: 'cas'; value: readonly [V, V] }, { ok: boolean } | undefined]> {
  const input = fc.tuple(value, value).map((pair) => ({ f: 'cas' as const, value: pair }));
  return fc.tuple(input, mayBeUnknown(fc.record({ ok: fc.boolean() })));
}

const registerStep: fc.Arbitrary<readonly [RegisterInput, RegisterOutput | undefined]> = fc.oneof(
  fc.tuple(fc.constant({ f: 'read' as const }), mayBeUnknown(small.map((value) => ({ value })))),
  fc.tuple(
    small.map((value) => ({ f: 'write' as const, value })),
    fc.constant({}),
  ),
  { weight: 2, arbitrary: cas(small) },
);

const texts = fc.constantFrom(null, '', 'a', 'b', 'ab', 1);
const kvStep: fc.Arbitrary<readonly [KvInput, KvOutput | undefined]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant({ f: 'get' as const }), mayBeUnknown(texts.map((value) => ({ value })))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      texts.map((value) => ({ f: 'put' as const, value })),
      fc.constant({}),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom('a', 'b', '').map((value) => ({ f: 'append' as const, value })),
      fc.constant({}),
    ),
  },
  fc.tuple(fc.constant({ f: 'delete' as const }), fc.constant({})),
  { weight: 2, arbitrary: cas(texts) },
);

/** Nothing but `step`: the plain search. */
function plain<S, I, O>({ name, init, step, equal, hash, describeState }: Model<S, I, O>): Model<S, I, O> {
  return {
    name,
    init,
    step,
    ...(equal && { equal }),
    ...(hash && { hash }),
    ...(describeState && { describeState }),
  };
}

/** A queue, of which the search knows nothing but `step`, and a counter whose reads are `pure`. */
const queue: Model<string, number | 'take', { value: number | null }> = {
  name: 'queue',
  init: () => '',
  step(state, input, output) {
    if (input !== 'take') return state + String(input);
    const first = state === '' ? null : Number(state[0]);
    if (output !== undefined && output.value !== first) return ILLEGAL;
    return state.slice(1);
  },
};

const counter: Model<number, 'increment' | 'read', number> = {
  name: 'counter',
  init: () => 0,
  step: (state, input, output) => {
    if (input === 'increment') return state + 1;
    return output === undefined || output === state ? state : ILLEGAL;
  },
  pure: (input) => input === 'read',
};

const queueStep: fc.Arbitrary<readonly [number | 'take', { value: number | null } | undefined]> = fc.oneof(
  fc.tuple(fc.constantFrom(1, 2), fc.constant({ value: null })),
  fc.tuple(fc.constant('take' as const), mayBeUnknown(small.map((value) => ({ value })))),
);
const counterStep: fc.Arbitrary<readonly ['increment' | 'read', number | undefined]> = fc.oneof(
  fc.tuple(fc.constant('increment' as const), fc.constant(0)),
  fc.tuple(fc.constant('read' as const), mayBeUnknown(fc.nat(3))),
);

/** Everything that the checker says of a small history, against the definition. */
function holds<S, I, O>(model: Model<S, I, O>, history: Operation<I, O>[]): void {
  const { verdict, partitions } = checkOperations(model, history, { witness: true, counterexample: true });
  expect(verdict).toBe(isLinearizable(model, history) ? 'valid' : 'invalid');
  // Whatever decided it: the search does as well.
  expect(jit(model, { operations: history }, new Budget({})).run().kind).toBe(verdict);
  const [partition] = partitions;
  if (verdict === 'valid') expect(verifyWitness(model, history, partition?.witness ?? [])).toBeUndefined();
  else violationHolds(model, history, partition!);
}

function violationHolds<S, I, O>(
  model: Model<S, I, O>,
  history: Operation<I, O>[],
  checked: CheckedPartition,
): void {
  const blocked = history.find(({ id }) => id === checked.blocked)!;
  const until = (explained: (end: number) => boolean): Operation<I, O>[] =>
    history
      .filter(({ call }) => call <= blocked.return)
      .flatMap((operation) => (explained(operation.return) ? [operation] : weaker(model, operation)));
  expect(
    isLinearizable(
      model,
      until((end) => end < blocked.return),
    ),
  ).toBe(true);
  expect(
    isLinearizable(
      model,
      until((end) => end <= blocked.return),
    ),
  ).toBe(false);

  const { operations, minimal, confirmed } = checked.counterexample!;
  expect({ minimal, confirmed }).toEqual({ minimal: true, confirmed: true });
  const kept = operations.flatMap(({ id, outcome }): Operation<I, O>[] => {
    const operation = history.find((other) => other.id === id)!;
    return outcome === 'known' ? [operation] : [{ ...operation, output: undefined, return: Infinity }];
  });
  expect(isLinearizable(model, kept)).toBe(false);
  for (const operation of kept) {
    if (operation.id === checked.blocked || operation.return === Infinity) continue;
    const less = kept.flatMap((other) => (other === operation ? weaker(model, other) : [other]));
    // What is still observed can't be left out, whether or not its outcome matters.
    const stays = operationsOf(compile(model, less, new Budget({}))).some(({ id }) => id === operation.id);
    expect(stays || isLinearizable(model, less)).toBe(true);
  }
}

describe('random histories', () => {
  test('register', () =>
    fc.assert(
      fc.property(histories(registerStep), (history) => holds(register(), history)),
      { numRuns: RUNS },
    ));
  test('kv', () =>
    fc.assert(
      fc.property(histories(kvStep), (history) => holds(kv(), history)),
      { numRuns: RUNS },
    ));
  test('register without hints', () =>
    fc.assert(
      fc.property(histories(registerStep), (history) => holds(plain(register()), history)),
      { numRuns: RUNS / 4 },
    ));
  test('kv without hints', () =>
    fc.assert(
      fc.property(histories(kvStep), (history) => holds(plain(kv()), history)),
      { numRuns: RUNS / 4 },
    ));
  test('queue', () =>
    fc.assert(
      fc.property(histories(queueStep), (history) => holds(queue, history)),
      { numRuns: RUNS },
    ));
  test('counter', () =>
    fc.assert(
      fc.property(histories(counterStep), (history) => holds(counter, history)),
      { numRuns: RUNS },
    ));
});

describe('histories of a correct store, with one answer changed', () => {
  const settings = fc.record({
    seed: fc.nat(),
    operations: fc.integer({ min: 2, max: 7 }),
    clients: fc.integer({ min: 1, max: 5 }),
    values: fc.integer({ min: 1, max: 3 }),
    unknown: fc.constantFrom(0, 0.2, 0.5),
    appends: fc.boolean(),
  });

  test('agree with the definition', () => {
    let invalid = 0;
    fc.assert(
      fc.property(settings, ({ appends, ...options }) => {
        const weights = { get: 3, put: 2, cas: 3, append: appends ? 2 : 0, delete: appends ? 1 : 0 };
        const valid = simulate({ ...options, keys: 1, weights });
        expect(isLinearizable(kv(), valid)).toBe(true);
        const history = mutate(valid, new Random(options.seed));
        holds(kv(), valid);
        holds(kv(), history);
        if (!isLinearizable(kv(), history)) invalid++;
      }),
      { numRuns: RUNS / 2 },
    );
    expect(invalid).toBeGreaterThan(RUNS / 20);
  });

  test('longer ones: with and without hints', () => {
    fc.assert(
      fc.property(settings, ({ appends, ...options }) => {
        const weights = { get: 3, put: 2, cas: 3, append: appends ? 2 : 0, delete: appends ? 1 : 0 };
        const valid = simulate({ ...options, operations: options.operations * 4, keys: 1, weights });
        const history = mutate(valid, new Random(options.seed));
        expect(checkOperations(kv(), valid).verdict).toBe('valid');
        expect(checkOperations(kv(), history).verdict).toBe(checkOperations(plain(kv()), history).verdict);
      }),
      { numRuns: RUNS / 10 },
    );
  });
});

/** Gives one known read or cas the answer of another value or the opposite answer. */
function mutate(history: readonly KvOperation[], random: Random): KvOperation[] {
  const observers = history.filter(({ input, output }) => output && (input.f === 'get' || input.f === 'cas'));
  const victim = observers[random.int(observers.length)];
  const values = history.flatMap(({ input }) => (input.f === 'put' ? [input.value] : []));
  return history.map((operation) => {
    if (operation !== victim) return operation;
    if (operation.input.f === 'cas') return { ...operation, output: { ok: !operation.output!.ok } };
    return { ...operation, output: { value: values[random.int(values.length)] ?? null } };
  });
}
