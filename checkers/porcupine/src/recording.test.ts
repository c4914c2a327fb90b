import { describe, expect, test } from 'vitest';
import { checkOperations, checkPartitions, checkRecording } from './check.ts';
import { MalformedHistory } from './events.ts';
import type { Effect, Model, Operation, Operations } from './model.ts';
import { kv, type KvInput, type KvOutput, type KvState } from './models/kv.ts';
import { byKey, keyOf } from './models/observe.ts';
import { register } from './models/register.ts';
import { Recording } from './recording.ts';
import type { CheckedHistory } from './result.ts';
import { mutate, mutations } from './testing/mutate.ts';
import { Random } from './testing/random.ts';
import { simulate, type KvOperation, type Simulation } from './testing/simulate.ts';

const OPTIONS = { witness: true, counterexample: true };

type KvRecording = Recording<KvState, KvInput, KvOutput>;

function recorded(history: readonly KvOperation[]): KvRecording {
  const recording = new Recording(kv());
  for (const operation of history) recording.add(operation);
  return recording;
}

/** Its operations are made when they are looked at, and none is the same object as another. */
function recordedElsewhere(history: readonly KvOperation[]): KvRecording {
  const operations = { length: history.length, at: (i: number) => structuredClone(history[i]!) };
  const recording = new Recording(kv(), { operations });
  for (const operation of history) recording.add(structuredClone(operation), keyOf(operation.input));
  return recording;
}

/** All but what the clock says. */
function judged({ verdict, partitions }: CheckedHistory): unknown {
  return { verdict, partitions: partitions.map(({ elapsed: _, ...rest }) => rest) };
}

const WEIGHTS = { get: 4, put: 3, append: 1, cas: 2, delete: 1 };

describe.each<readonly [string, Partial<Simulation>]>([
  ['unique values', {}],
  ['few values', { values: 3 }],
  ['appends', { operations: 40, weights: { get: 4, put: 0, append: 4, cas: 0, delete: 0 } }],
])('a history of %s', (_, some) => {
  test('is judged alike, whether it is split before, by its model, or while it is recorded', () => {
    const random = new Random(7);
    const verdicts = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const good = simulate({
        seed,
        operations: 120,
        clients: 5,
        keys: 3,
        weights: WEIGHTS,
        unknown: 0.05,
        ...some,
      });
      const history = seed % 3 === 0 ? good : mutate(good, mutations[random.int(mutations.length)]!, random);
      const expected = checkOperations(kv(), history, OPTIONS);
      verdicts.add(expected.verdict);
      const recording = recorded(history);
      for (const again of [recording, recording, recordedElsewhere(history)])
        expect(judged(checkRecording(again, OPTIONS))).toEqual(judged(expected));
      expect(judged(checkPartitions(kv(), byKey(history), OPTIONS))).toEqual(judged(expected));
    }
    expect([...verdicts].sort()).toEqual(['invalid', 'valid']);
  });

  test('is judged alike in the order of its returns, and by any algorithm', () => {
    for (let seed = 0; seed < 20; seed++) {
      const good = simulate({
        seed,
        operations: 60,
        clients: 4,
        keys: 2,
        weights: WEIGHTS,
        unknown: 0.05,
        ...some,
      });
      const byReturn = good.toSorted((a, b) => (a.return === b.return ? a.id - b.id : a.return - b.return));
      for (const algorithm of ['auto', 'jit', 'general'] as const) {
        const { verdict } = checkRecording(recorded(byReturn), { algorithm });
        expect(verdict).toBe('valid');
      }
    }
  });
});

test('operations may come in any order, and keep their order of the clock', () => {
  const random = new Random(3);
  const verdicts = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const good = simulate({ seed, operations: 60, clients: 4, keys: 2, weights: WEIGHTS, unknown: 0.05 });
    const history = seed % 2 === 0 ? good : mutate(good, mutations[random.int(mutations.length)]!, random);
    const expected = checkOperations(kv(), history);
    const shuffled = history.map((operation) => ({ operation, at: random.int(1000) }));
    shuffled.sort((a, b) => a.at - b.at);
    const { verdict } = checkRecording(recorded(shuffled.map(({ operation }) => operation)), {
      witness: true,
    });
    expect(verdict).toBe(expected.verdict);
    verdicts.add(verdict);
  }
  expect([...verdicts].sort()).toEqual(['invalid', 'valid']);
});

test('a recording goes on after a check, and is judged again', () => {
  const put = (id: number, end: number, key: string): KvOperation => ({
    ...{ id, process: 0, input: { f: 'put', key, value: id }, output: {} },
    ...{ call: 2 * id, return: end },
  });
  const recording = new Recording(kv());
  // More than one chunk of rows, and more than one slab of them.
  for (let id = 0; id < 3000; id++) recording.add(put(id, 2 * id + 1, id % 3 === 0 ? 'x' : 'y'));
  expect(checkRecording(recording).partitions.map(({ operations }) => operations)).toEqual([1000, 2000]);
  recording.add({ ...put(3000, 6001, 'x'), input: { f: 'get', key: 'x' }, output: { value: 2997 } });
  expect(checkRecording(recording).verdict).toBe('valid');
  recording.add({ ...put(3001, 6003, 'x'), input: { f: 'get', key: 'x' }, output: { value: 2994 } });
  const { verdict, partitions } = checkRecording(recording);
  expect([verdict, partitions[0]!.blocked]).toEqual(['invalid', 3001]);
  expect(recording.length).toBe(3002);
});

test('nothing was recorded', () => {
  expect(checkRecording(new Recording(register()))).toMatchObject({ verdict: 'valid', partitions: [] });
});

describe('the partition of an operation', () => {
  const operation = { id: 0, process: 0, input: { f: 'get' }, output: {}, call: 0, return: 1 } as const;

  test('is one for all where the model does not split', () => {
    const { keyOf: _, partition: __, ...whole } = kv();
    const recording = new Recording(whole);
    recording.add({ ...operation, input: { f: 'get', key: 'x' } });
    recording.add({ ...operation, id: 1, input: { f: 'get', key: 'y' } });
    expect(checkRecording(recording).partitions).toMatchObject([{ label: '', operations: 2 }]);
  });

  test('has to be said where the model splits in a way of its own', () => {
    const recording = new Recording({ ...kv(), keyOf: undefined } as unknown as Model);
    expect(() => recording.add(operation)).toThrow('the model kv has no keyOf: say which partition it is of');
    recording.add(operation, 'x');
    expect(checkRecording(recording).partitions).toMatchObject([{ label: 'x', operations: 1 }]);
  });
});

describe('a model that does not do what it says', () => {
  const write = (id: number, value: number): Operation => ({
    ...{ id, process: 0, input: { f: 'write', value }, output: {} },
    ...{ call: 2 * id, return: 2 * id + 1 },
  });
  const read = (id: number, value: number): Operation => ({
    ...write(id, 0),
    input: { f: 'read' },
    output: { value },
  });
  const cas = (id: number, output: Operation['output']): Operation => ({
    ...write(id, 0),
    input: { f: 'cas', value: [1, 2] },
    output,
    ...(output === undefined && { return: Infinity }),
  });
  const honest = register() as Model;
  test.each<readonly [string, Operation, Effect<unknown>]>([
    ['of a read', read(1, 1), { kind: 'read', state: 5 }],
    ['of a write', write(1, 1), { kind: 'write', state: 5 }],
    ['of a cas', cas(1, { ok: true }), { kind: 'cas', from: 1, to: 3 }],
    ['of a cas that failed', cas(1, { ok: false }), { kind: 'reject', state: 4 }],
    ['of an attempt', cas(1, undefined), { kind: 'attempt', from: 1, to: 3 }],
    ['of an attempt that changes more', write(1, 2), { kind: 'attempt', from: 5, to: 2 }],
    ['of a rejection that changes something', write(1, 2), { kind: 'reject', state: 5 }],
    ['of one that looks', write(1, 2), { kind: 'noop' }],
  ])('%s gets no verdict', (_, operation, lie) => {
    const effect: Model['effect'] = (input, output) =>
      input === operation.input ? lie : honest.effect!(input, output);
    const model: Model = { ...honest, effect };
    const history = [write(0, 1), operation];
    const recording = new Recording(model);
    for (const each of history) recording.add(each);
    for (const { partitions } of [checkRecording(recording), checkOperations(model, history)]) {
      const [{ verdict, reason }] = partitions as [CheckedHistory['partitions'][number]];
      expect(verdict).toBe('unknown');
      expect(reason).toMatchObject({
        kind: 'internal',
        message: 'the model says of operation 1 what it does not do',
      });
    }
  });
});

describe('what is no history is refused, however it is given', () => {
  const put = (id: number, call: number, end: number): KvOperation => {
    return { id, process: 0, input: { f: 'put', value: id }, output: {}, call, return: end };
  };
  test.each<readonly [string, readonly KvOperation[]]>([
    ['an id twice', [put(5, 0, 1), put(4, 2, 3), put(5, 4, 5)]],
    ['an id twice, one after the other', [put(0, 0, 1), put(0, 2, 3)]],
    ['a return before its call', [put(0, 0, 1), put(1, 3, 2)]],
  ])('%s', (_, history) => {
    const whole: Operations<KvInput, KvOutput> = history;
    for (const algorithm of ['auto', 'jit'] as const) {
      expect(() => checkOperations(kv(), whole, { algorithm })).toThrow(MalformedHistory);
      expect(() => checkRecording(recorded(history), { algorithm })).toThrow(MalformedHistory);
      const partition = { label: '', operations: history };
      expect(() => checkPartitions(kv(), [partition], { algorithm })).toThrow(MalformedHistory);
    }
  });

  test('ids may be in any order', () => {
    const history = [put(5, 0, 1), put(6, 2, 3), put(4, 4, 5)];
    expect(checkOperations(kv(), history).verdict).toBe('valid');
    expect(checkRecording(recorded(history)).verdict).toBe('valid');
  });
});
