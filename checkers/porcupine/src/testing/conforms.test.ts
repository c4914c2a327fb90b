import { expect, test } from 'vitest';
import type { CollectionInput, CollectionOutput } from './collection.ts';
import { collection } from './collection.ts';
import { disagreement } from './conforms.ts';

const inserts = [1, 2].map((value): [CollectionInput, CollectionOutput] => [{ f: 'insert', value }, {}]);
const remove = (value: number | null): [CollectionInput, CollectionOutput] => [{ f: 'remove' }, { value }];

test('a stack that says it is one conforms', () => {
  expect(disagreement(collection('lifo'), [...inserts, remove(2), remove(1), remove(null)])).toBe(-1);
});

test('a stack that says it is a queue does not: the first answer that shows it', () => {
  const liar = { ...collection('lifo'), collection: collection('fifo').collection! };
  expect(disagreement(liar, [...inserts, remove(null), remove(2)])).toBe(3);
});

test('what is inserted again says nothing of a collection with distinct elements', () => {
  expect(disagreement(collection('set'), [inserts[0]!, inserts[0]!, remove(1), remove(null)])).toBe(-1);
});
