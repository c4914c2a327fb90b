import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation } from './model.ts';
import { kv, type KvInput, type KvOutput } from './models/kv.ts';
import { byKey } from './models/observe.ts';
import { inMemoryOrder, split, splitBefore, type Split } from './split.ts';

type KvOperation = Operation<KvInput, KvOutput>;

const get = (id: number, key?: string): KvOperation => ({
  id,
  process: 0,
  input: { f: 'get', ...(key !== undefined && { key }) },
  output: {},
  call: id,
  return: id,
});

/** As they are visited, each with its partition and its position there. */
function visited(history: Split<KvInput, KvOutput>): KvOperation[] {
  const found: KvOperation[] = [];
  const reached = history.partitions.map(() => 0);
  inMemoryOrder(history, (operation, number, partition) => {
    const position = reached[partition]!++;
    if (number !== history.first[partition]! + position) throw new Error(`${number} is not its number`);
    if (operation !== history.partitions[partition]!.operations[position]) throw new Error('another one');
    found.push(operation);
  });
  expect(reached).toEqual(history.partitions.map(({ operations }) => operations.length));
  return found;
}

const keys = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 30 });

test('a model that splits by key is split like that, and visited in the order of the history', () => {
  fc.assert(
    fc.property(keys, (drawn) => {
      const history = drawn.map((key, id) => get(id, key));
      const found = split(kv(), history);
      expect(found.partitions).toEqual(byKey(history));
      expect(visited(found)).toEqual(history);
    }),
  );
});

test('a model that splits in its own way is asked; one that does not has one partition', () => {
  const history = ['a', 'b', 'a'].map((key, id) => get(id, key));
  const label = 'all but the first';
  const own = { ...kv(), partition: () => [{ label, operations: history.slice(1) }] };
  expect(split(own, history).partitions).toEqual([{ label, operations: history.slice(1) }]);
  const { partition: _, ...whole } = kv();
  expect(split(whole, history).partitions).toEqual([{ label: '', operations: history }]);
});

test('what is split already is visited side by side: each operation once, in the order of its partition', () => {
  const lengths = fc.array(fc.oneof(fc.nat(5), fc.nat(30_000)), { maxLength: 6 });
  fc.assert(
    fc.property(lengths, (drawn) => {
      const partitions = drawn.map((length, i) => ({
        label: `${i}`,
        operations: Array.from({ length }, (_, id) => get(id)),
      }));
      expect(visited(splitBefore(partitions)).length).toBe(drawn.reduce((sum, length) => sum + length, 0));
    }),
  );
});
