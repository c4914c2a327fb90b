import { describe, expect, test } from 'vitest';
import { checkOperations, checkPartitioned, checkPartitions } from './check.ts';
import { MalformedHistory } from './events.ts';
import type { Operations, Partitioned } from './model.ts';
import { kv, type KvInput, type KvOutput } from './models/kv.ts';
import { byKey, keyOf } from './models/observe.ts';
import type { CheckedHistory } from './result.ts';
import { mutate, mutations } from './testing/mutate.ts';
import { Random } from './testing/random.ts';
import { simulate, type KvOperation } from './testing/simulate.ts';

const OPTIONS = { witness: true, counterexample: true };

/** Its operations are made when they are looked at, and none is the same object as another. */
function recorded(history: readonly KvOperation[]): Partitioned<KvInput, KvOutput> {
  const keys = history.map(({ input }) => keyOf(input));
  const labels = [...new Set(keys)];
  const partitionOf = Int32Array.from(keys, (key) => labels.indexOf(key));
  const at = (i: number): KvOperation => structuredClone(history[i]!);
  return { operations: { length: history.length, at }, labels, partitionOf };
}

/** All but what the clock says. */
function judged({ verdict, partitions }: CheckedHistory): unknown {
  return { verdict, partitions: partitions.map(({ elapsed: _, ...rest }) => rest) };
}

describe.each([
  ['unique values', undefined],
  ['few values', 3],
])('a history of %s', (_, values) => {
  test('is judged alike, whether it is split before, by its model, or as it was recorded', () => {
    const random = new Random(7);
    const verdicts = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const weights = { get: 4, put: 3, append: 1, cas: 2, delete: 1 };
      const good = simulate({
        seed,
        operations: 120,
        clients: 5,
        keys: 3,
        weights,
        unknown: 0.05,
        ...(values !== undefined && { values }),
      });
      const history = seed % 3 === 0 ? good : mutate(good, mutations[random.int(mutations.length)]!, random);
      const expected = checkOperations(kv(), history, OPTIONS);
      verdicts.add(expected.verdict);
      expect(judged(checkPartitioned(kv(), recorded(history), OPTIONS))).toEqual(judged(expected));
      expect(judged(checkPartitions(kv(), byKey(history), OPTIONS))).toEqual(judged(expected));
    }
    expect([...verdicts].sort()).toEqual(['invalid', 'valid']);
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
      expect(() => checkPartitioned(kv(), recorded(history), { algorithm })).toThrow(MalformedHistory);
      const partition = { label: '', operations: history };
      expect(() => checkPartitions(kv(), [partition], { algorithm })).toThrow(MalformedHistory);
    }
  });

  test('ids may be in any order', () => {
    const history = [put(5, 0, 1), put(6, 2, 3), put(4, 4, 5)];
    for (const given of [history, recorded(history).operations])
      expect(checkOperations(kv(), given).verdict).toBe('valid');
  });
});
