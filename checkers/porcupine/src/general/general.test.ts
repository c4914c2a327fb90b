/**
 * The general search against the definition on small histories, and against the just-in-time search on
 * larger ones: the two share neither a search nor what they believe of the model.
 */
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import { checkOperations } from '../check.ts';
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { kv } from '../models/kv.ts';
import { register } from '../models/register.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import { kvStep, randomHistory, registerStep } from '../testing/random-history.ts';
import { Random } from '../testing/random.ts';
import { simulate, type KvOperation, type Simulation } from '../testing/simulate.ts';
import { timeline } from '../testing/timeline.ts';
import { verifyWitness } from '../verify.ts';
import { general } from './general.ts';

const RUNS = 60_000;

/** Verdict, witness and progress, against the definition. */
function holds<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): boolean {
  const algorithm = general(model, { operations: history }, new Budget({}));
  const answer = algorithm.run();
  const isValid = isLinearizable(model, history);
  if (answer.kind !== (isValid ? 'valid' : 'invalid')) return false;
  if (answer.kind === 'valid') return verifyWitness(model, history, answer.witness) === undefined;
  const { explained, longest } = algorithm.progress();
  const ends = history.map((operation) => operation.return).filter((end) => end !== Infinity);
  ends.sort((a, b) => a - b);
  // What is linearized keeps its outcome; of the others that are still open, nobody has seen one.
  const open = history
    .filter(({ id, call }) => longest.includes(id) || (explained > 0 && call <= ends[explained - 1]!))
    .map((operation): Operation<I, O> => {
      return longest.includes(operation.id)
        ? operation
        : { ...operation, output: undefined, return: Infinity };
    });
  const known = history.filter(({ id, return: end }) => longest.includes(id) && end !== Infinity).length;
  return verifyWitness(model, open, longest) === undefined && known >= explained && explained < ends.length;
}

describe('agrees with the definition', () => {
  const cases = [
    ['register', (random: Random) => holds(register(), randomHistory(random, 7, registerStep))],
    ['kv', (random: Random) => holds(kv(), randomHistory(random, 7, kvStep))],
  ] as const;
  test.each(cases)('%s', (_, agrees) => {
    for (let seed = 0; seed < RUNS; seed++) if (!agrees(new Random(seed))) expect.fail(`seed ${seed}`);
  });
});

describe('agrees with the just-in-time search', () => {
  const MIXES = [
    { get: 5, put: 3, cas: 2, append: 0, delete: 0 },
    { get: 4, put: 2, cas: 1, append: 2, delete: 1 },
  ];
  const settings = (seed: number): Simulation => ({
    seed,
    operations: 20 + (seed % 80),
    clients: 2 + (seed % 5),
    keys: 1,
    weights: MIXES[seed % 2]!,
    unknown: [0, 0.05, 0.1][seed % 3]!,
    ...(seed % 4 < 2 && { values: 3 }),
  });

  test('on histories of a correct store, and on what one changed answer makes of them', () => {
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 0; seed < 2000; seed++) {
      const valid = simulate(settings(seed));
      for (const history of [valid, changed(valid, new Random(seed))]) {
        const ours = checkOperations(kv(), history, { algorithm: 'general', timeout: 30_000 });
        const other = checkOperations(kv(), history, { algorithm: 'jit', timeout: 30_000 });
        if (ours.verdict !== other.verdict) expect.fail(`seed ${seed}: ${ours.verdict}, ${other.verdict}`);
        const [{ blocked }, { blocked: sameOne }] = [ours.partitions[0]!, other.partitions[0]!];
        if (blocked !== sameOne) expect.fail(`seed ${seed}: blocked at ${blocked}, ${sameOne}`);
        verdicts[ours.verdict]++;
      }
    }
    expect(verdicts.unknown).toBe(0);
    expect(verdicts.invalid).toBeGreaterThan(500);
  });
});

/** One known read or cas gets another answer. */
function changed(history: readonly KvOperation[], random: Random): KvOperation[] {
  const observers = history.filter(({ input, output }) => output && (input.f === 'get' || input.f === 'cas'));
  const victim = observers[random.int(observers.length)];
  const seen = history.flatMap(({ output }) => (output?.value === undefined ? [] : [output.value]));
  return history.map((operation) => {
    if (operation !== victim) return operation;
    if (operation.input.f === 'cas') return { ...operation, output: { ok: !operation.output!.ok } };
    return { ...operation, output: { value: seen[random.int(seen.length)] ?? null } };
  });
}

test('believes nothing that the model says of its operations', () => {
  const lying = { ...register(), effect: () => ({ kind: 'noop' as const }), pure: () => true };
  const history = timeline<never, never>(`write 1  |--|
                                          read → 2     |--|`);
  expect(checkOperations(lying, history, { algorithm: 'general' }).verdict).toBe('invalid');
});

test('an entry of the memo takes no more for a longer history', () => {
  const one = { get: 1, put: 1, cas: 0, append: 0, delete: 0 };
  const history = simulate({ seed: 1, operations: 20_000, clients: 5, keys: 1, weights: one, unknown: 0 });
  const { verdict } = checkOperations(kv(), history, { algorithm: 'general', memory: 2e7 });
  expect(verdict).toBe('valid');
});

test('an operation of unknown outcome may take effect long after its call', () => {
  const busy = simulate({
    seed: 1,
    operations: 2000,
    clients: 3,
    keys: 1,
    weights: { get: 1, put: 1, cas: 0, append: 0, delete: 0 },
    unknown: 0,
  });
  const end = Math.max(...busy.map((operation) => operation.return));
  const late = (value: string, read: string): readonly KvOperation[] => [
    { id: 9998, process: 'a', input: { f: 'put', value }, output: undefined, call: -1, return: Infinity },
    ...busy,
    { id: 9999, process: 'b', input: { f: 'get' }, output: { value: read }, call: end + 1, return: end + 2 },
  ];
  // One partition: the late operations have no key.
  const { partition: _, ...model } = kv();
  const verdictOf = (history: readonly KvOperation[]): unknown => {
    return checkOperations(model, history, { algorithm: 'general', timeout: 30_000 }).verdict;
  };
  expect(verdictOf(late('late', 'late'))).toBe('valid');
  expect(verdictOf(late('late', 'never'))).toBe('invalid');
});

test('unknown outcomes whose operations took effect soon cost little', () => {
  const history = simulate({
    seed: 3,
    operations: 5000,
    clients: 5,
    keys: 1,
    weights: { get: 2, put: 1, cas: 1, append: 1, delete: 0 },
    unknown: 0.02,
  });
  expect(checkOperations(kv(), history, { algorithm: 'general', timeout: 30_000 }).verdict).toBe('valid');
});

test('operations of unknown outcome that do the same cost no more than one', () => {
  const lost = Array.from({ length: 30 }, (_, id) => {
    return { id, process: id, input: 1, output: undefined, call: 0, return: Infinity };
  });
  const total = { id: 99, process: 99, input: 0, output: 31, call: 1, return: 2 };
  const counter: Model<number, number, number> = {
    name: 'counter',
    init: () => 0,
    step: (state, input, output) => (output === undefined || output === state ? state + input : ILLEGAL),
  };
  const check = (output: number): unknown =>
    checkOperations(counter, [...lost, { ...total, output }], { algorithm: 'general', timeout: 1000 })
      .verdict;
  expect([check(30), check(31)]).toEqual(['valid', 'invalid']);
});
