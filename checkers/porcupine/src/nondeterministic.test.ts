/**
 * The power-set construction against the definition: is there an order of operations, and a choice of
 * states, that is legal?
 */
import { describe, expect, test } from 'vitest';
import { checkOperations } from './check.ts';
import { ILLEGAL, type Operation } from './model.ts';
import { register, type RegisterInput, type RegisterOutput } from './models/register.ts';
import { startingIn, toModel, type NondeterministicModel } from './nondeterministic.ts';
import { isLinearizable } from './testing/brute-force.ts';
import { randomHistory, registerStep } from './testing/random-history.ts';
import { Random } from './testing/random.ts';
import { timeline } from './testing/timeline.ts';
import type { Value } from './models/value.ts';

const RUNS = 10_000;

/** A register whose cas may fail though it found what it expected, and that may start as null or 1. */
const weak: NondeterministicModel<Value, RegisterInput, RegisterOutput> = {
  name: 'weak register',
  init: () => [null, 1],
  step(state, input, output) {
    const next = register().step(state, input, output);
    const deterministic = next === ILLEGAL ? [] : [next];
    return input.f === 'cas' && output?.ok !== true ? [state, ...deterministic] : deterministic;
  },
};

/** Is any order legal, with any choice of states? */
function isLegal<S, I, O>(
  model: NondeterministicModel<S, I, O>,
  history: readonly Operation<I, O>[],
): boolean {
  const canContinue = (state: S, left: readonly Operation<I, O>[]): boolean =>
    left.every((operation) => operation.return === Infinity) ||
    left.some((operation) => {
      const others = left.filter((other) => other !== operation);
      if (others.some((other) => other.return < operation.call)) return false;
      return model.step(state, operation.input, operation.output).some((next) => canContinue(next, others));
    });
  return model.init().some((state) => canContinue(state, history));
}

describe.each(['jit', 'general'] as const)('%s', (algorithm) => {
  test('agrees with the definition', () => {
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < RUNS; seed++) {
      const history = randomHistory(new Random(seed), 6, registerStep);
      const { verdict } = checkOperations(toModel(weak), history, { algorithm });
      if (verdict !== (isLegal(weak, history) ? 'valid' : 'invalid')) expect.fail(`seed ${seed}: ${verdict}`);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect(Math.min(verdicts.get('valid') ?? 0, verdicts.get('invalid') ?? 0)).toBeGreaterThan(RUNS / 10);
  });

  test('of a deterministic model it is the same model', () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const history = randomHistory(new Random(seed), 6, registerStep);
      const { verdict } = checkOperations(toModel(startingIn([null], register())), history, { algorithm });
      expect(verdict).toBe(isLinearizable(register(), history) ? 'valid' : 'invalid');
    }
  });
});

describe('a log that begins in the middle', () => {
  const anywhere = toModel(startingIn<Value, RegisterInput, RegisterOutput>([null, 1, 2], register()));
  const verdictOf = (drawing: string): string => checkOperations(anywhere, timeline(drawing)).verdict;

  test('may begin with any value', () => expect(verdictOf('read → 2 |--|')).toBe('valid'));
  test('but with one only', () =>
    expect(
      verdictOf(`read → 2  |--|
                 read → 1       |--|`),
    ).toBe('invalid'));
  test('of which a failed cas rules one out', () =>
    expect(
      verdictOf(`cas 2 1 → mismatch  |--|
                 read → 2                 |--|`),
    ).toBe('invalid'));
  test('what is left is described', () => {
    const { partitions } = checkOperations(
      anywhere,
      timeline<RegisterInput, RegisterOutput>(`cas 2 1 → mismatch  |--|
                                               read → 2                 |--|`),
      { counterexample: true },
    );
    expect(partitions[0]!.counterexample!.configurations.map(({ state }) => state)).toEqual(['null or 1']);
  });
});

describe('sets of states', () => {
  const model = toModel<number, number, number>({
    name: 'any',
    init: () => [2, 1, 2],
    equal: (a, b) => a % 10 === b % 10,
    hash: (state) => state % 10,
    step: (state, input) => (input === 0 ? [] : [state, state + input]),
  });

  test('have each state once', () => expect(model.init()).toEqual([2, 1]));
  test('are equal in any order', () => {
    expect(model.equal!([1, 2, 3], [13, 1, 22])).toBe(true);
    expect(model.hash!([1, 2, 3])).toBe(model.hash!([13, 1, 22]));
    expect(model.equal!([1, 2], [1, 3])).toBe(false);
    expect(model.equal!([1, 2], [1])).toBe(false);
  });
  test('are stepped one by one', () => {
    expect(model.step([1, 2], 1, 0)).toEqual([1, 2, 3]);
    expect(model.step([1, 2], 0, 0)).toBe(ILLEGAL);
  });
  test('are never empty to begin with', () => {
    const none = toModel<number, number, number>({ name: 'none', init: () => [], step: () => [] });
    const { verdict, partitions } = checkOperations(none, []);
    expect(verdict).toBe('unknown');
    expect(partitions[0]!.reason).toMatchObject({ kind: 'internal' });
  });
});
