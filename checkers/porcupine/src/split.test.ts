import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation } from './model.ts';
import { kv, type KvInput, type KvOutput } from './models/kv.ts';
import { byKey } from './models/observe.ts';
import { inMemoryOrder, partsOf, split, splitBefore, type Split } from './split.ts';

type KvOperation = Operation<KvInput, KvOutput>;

const get = (id: number, key?: string): KvOperation => ({
  id,
  process: 0,
  input: { f: 'get', ...(key !== undefined && { key }) },
  output: {},
  call: id,
  return: id,
});

/** As they are visited, after all that is said of them was compared with that. */
function visited({ partitions, ...history }: Split<KvInput, KvOutput>): KvOperation[] {
  const found: KvOperation[] = [];
  const reached = partitions.map(() => 0);
  inMemoryOrder({ partitions, ...history }, (operation, partition) => {
    const position = reached[partition]!++;
    if (partitions[partition]!.operations[position]!.id !== operation.id) throw new Error('another one');
    found.push(operation);
  });
  expect(partitions.map(({ length }) => length)).toEqual(reached);
  expect(partitions.map(({ operations }) => operations.length)).toEqual(reached);
  return found;
}

const keys = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 30 });

test('a model that splits by key is split like that, and visited in the order of the history', () => {
  fc.assert(
    fc.property(keys, (drawn) => {
      const history = drawn.map((key, id) => get(id, key));
      const found = split(kv(), history).partitions;
      expect(found.map(({ label, operations }) => ({ label, operations }))).toEqual(byKey(history));
      expect(visited(split(kv(), history))).toEqual(history);
    }),
  );
});

test('a model that splits in its own way is asked; one that does not has one partition', () => {
  const history = ['a', 'b', 'a'].map((key, id) => get(id, key));
  const label = 'all but the first';
  const own = { ...kv(), partition: () => [{ label, operations: history.slice(1) }] };
  expect(split(own, history).partitions).toMatchObject([{ label, operations: history.slice(1) }]);
  expect(visited(split(own, history))).toEqual(history.slice(1));
  const { partition: _, ...whole } = kv();
  expect(split(whole, history).partitions).toMatchObject([{ label: '', operations: history }]);
  expect(visited(split(whole, history))).toEqual(history);
});

test('what is split already is visited side by side: each operation once, in the order of its partition', () => {
  const lengths = fc.array(fc.oneof(fc.nat(5), fc.nat(30_000)), { maxLength: 6 });
  fc.assert(
    fc.property(lengths, (drawn) => {
      const partitions = drawn.map((length, i) => ({
        label: `${i}`,
        operations: Array.from({ length }, (_, id) => get(id)),
      }));
      const found = visited(splitBefore(partitions));
      expect(found.length).toBe(drawn.reduce((sum, length) => sum + length, 0));
    }),
    { numRuns: 20 },
  );
});

test('what is split as it was recorded is visited as it was, also where operations are made when looked at', () => {
  const labels = ['a', 'b', 'nobody'];
  const partitionOf = Int32Array.of(0, 1, 0);
  const history = ['a', 'b', 'a'].map((key, id) => get(id, key));
  expect(visited(partsOf(history, labels, partitionOf))).toEqual(history);
  const operations = { length: 3, at: (i: number) => ({ ...history[i]! }) };
  const { partitions } = partsOf(operations, labels, partitionOf);
  expect(partitions.map(({ label, operations }) => [label, operations])).toEqual([
    ['a', [history[0], history[2]]],
    ['b', [history[1]]],
    ['nobody', []],
  ]);
});
