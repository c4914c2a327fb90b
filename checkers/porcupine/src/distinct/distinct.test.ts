import { describe, expect, test } from 'vitest';
import type { Answer } from '../algorithm.ts';
import { Budget } from '../budget.ts';
import { collection, type CollectionInput, type CollectionOutput, type Kind } from '../testing/collection.ts';
import type { CollectionOperation } from '../testing/simulate-collection.ts';
import { timeline } from '../testing/timeline.ts';
import { verifyWitness } from '../verify.ts';
import { distinct } from './distinct.ts';

/** Of a set also `contains 1 → yes`, and `whole → 1,2` or, of the empty one, `whole → ,`. */
function drawn(drawing: string): CollectionOperation[] {
  return timeline<CollectionInput, CollectionOutput & { value?: unknown }>(drawing).map((operation) => {
    const { input, output } = operation;
    if (input.f === 'contains' && output)
      return { ...operation, output: { found: String(output.value) === 'yes' } };
    if (input.f !== 'whole' || output === undefined) return operation;
    const values = String(output.value)
      .split(',')
      .filter((text) => text !== '')
      .map(Number);
    return { ...operation, output: { values } };
  });
}

function decide(kind: Kind, drawing: string): Answer {
  const history = drawn(drawing);
  const answer = distinct(collection(kind), { operations: history }, new Budget({})).run();
  if (answer.kind === 'valid')
    expect(verifyWitness(collection(kind), history, answer.witness)).toBeUndefined();
  return answer;
}

const VALID: readonly (readonly [name: string, kinds: readonly Kind[], drawing: string])[] = [
  ['nothing', ['fifo', 'lifo', 'bag', 'set'], ''],
  [
    'an element comes out while it still goes in',
    ['fifo', 'lifo', 'bag'],
    `insert 1       |-----|
     remove → 1      |--|`,
  ],
  [
    'it goes in between the call and the return of its removal, which ends when the insertion is called',
    ['fifo', 'lifo', 'bag'],
    `insert 1           |--|
     remove → 1      |--|`,
  ],
  [
    'what goes in first comes out first',
    ['fifo', 'bag'],
    `insert 1       |-|
     insert 2           |-|
     remove → 1             |-|
     remove → 2                 |-|`,
  ],
  [
    'what goes in last comes out first',
    ['lifo', 'bag'],
    `insert 1       |-|
     insert 2           |-|
     remove → 2             |-|
     remove → 1                 |-|`,
  ],
  [
    'insertions at the same time, in either order',
    ['fifo', 'lifo', 'bag'],
    `insert 1       |---|
     insert 2       |---|
     remove → 2             |-|
     remove → 1                 |-|`,
  ],
  [
    'an insertion of unknown outcome took place, another one did not',
    ['fifo', 'lifo', 'bag'],
    `insert 1 → ?     |----
     insert 2 → ?     |----
     remove → nil             |-|
     remove → 2                   |-|
     remove → nil                     |-|`,
  ],
  [
    'empty at the moment at which one element hands over to the next',
    ['fifo', 'lifo', 'bag'],
    `insert 1       |-|
     remove → 1         |------|
     insert 2           |------|
     remove → nil         |-|
     remove → 2                   |-|`,
  ],
  [
    'empty, because a removal of unknown outcome took the element',
    ['fifo', 'lifo', 'bag'],
    `insert 1       |-|
     remove → ?         |------
     remove → nil          |-|`,
  ],
  [
    'two removals of unknown outcome took two elements, one of them late',
    ['lifo', 'bag'],
    `insert 1       |-|
     insert 2           |-|
     remove → ?   |---------------------
     insert 3               |-|
     remove → 3                 |-|
     remove → ?                     |---
     remove → nil                      |-|`,
  ],
  [
    'the first of two was removed by an operation of unknown outcome, the second could be',
    ['fifo'],
    `insert 1       |-|
     insert 2           |-|
     remove → ?   |---------------------
     remove → ?             |-----------
     remove → 2                 |-|
     remove → nil                   |-|`,
  ],
  [
    'reads of a growing set, in whatever order they fit',
    ['set'],
    `insert 1           |------------|
     insert 2 → ?         |----------
     whole → ,            |-|
     whole → 1,2             |-----|
     whole → 1             |-----|
     insert 3                    |-|
     whole → 3,2,1                      |-|
     insert 4 → ?                |--------`,
  ],
  [
    'an insertion of unknown outcome, missed by one and found by another at the same time',
    ['set'],
    `insert 1 → ?          |----------
     contains 1 → yes         |-|
     contains 1 → no          |-|
     contains 2 → no          |-|
     whole → ,              |-|`,
  ],
];

const INVALID: readonly (readonly [
  name: string,
  kinds: readonly Kind[],
  suspects: readonly number[],
  drawing: string,
])[] = [
  [
    'an element comes out that never went in',
    ['fifo', 'lifo', 'bag'],
    [1],
    `insert 1       |-|
     remove → 2         |-|`,
  ],
  [
    'an element comes out before it goes in',
    ['fifo', 'lifo', 'bag'],
    [0, 1],
    `insert 1             |-|
     remove → 1       |-|`,
  ],
  [
    'an element comes out twice',
    ['fifo', 'lifo', 'bag'],
    [1, 2],
    `insert 1       |-|
     remove → 1         |-|
     remove → 1         |-|`,
  ],
  [
    'one overtakes another',
    ['fifo'],
    [1, 2, 3, 4],
    `insert 3         |------------|
     insert 1       |-|
     insert 2           |-|
     remove → 2             |-|
     remove → 1                 |-|`,
  ],
  [
    'one comes out, and what went in before it is lost',
    ['fifo'],
    [0, 1, 2],
    `insert 1       |-|
     insert 2           |-|
     remove → 2             |-|`,
  ],
  [
    'the same, and what may have removed the lost one was called too late',
    ['fifo'],
    [0, 1, 2],
    `insert 1       |-|
     insert 2           |-|
     remove → 2             |-|
     remove → ?                 |---`,
  ],
  [
    'two are lost, and only one removal is of unknown outcome',
    ['fifo'],
    [0, 1, 2, 3, 4],
    `insert 1       |-|
     insert 4         |-|
     insert 2             |-|
     remove → 2               |-|
     remove → ?           |----------`,
  ],
  [
    'what is below comes out while something is certainly above',
    ['lifo'],
    [1, 2, 3, 4],
    `insert 3         |------------|
     insert 1       |-|
     insert 2           |-|
     remove → 1             |-|
     remove → 2                 |-|`,
  ],
  [
    'empty while one element after another is certainly inside',
    ['fifo', 'lifo', 'bag'],
    [0, 1, 2, 3, 4],
    `insert 1       |-|
     remove → 1              |------|
     insert 2           |-|
     remove → 2                      |-|
     remove → nil         |--------|
     insert 3                 |---------|`,
  ],
  [
    'two reads saw sets of which none is a part of the other',
    ['set'],
    [2, 3],
    `insert 1       |-------------|
     insert 2       |-------------|
     whole → 1         |-|
     whole → 2             |-|`,
  ],
  ['a read saw what was never inserted', ['set'], [0], `whole → 1         |-|`],
  [
    'a read saw less than one that had returned when it was called',
    ['set'],
    [1, 2],
    `insert 1       |-------------|
     whole → 1         |-|
     whole → ,             |-|`,
  ],
  [
    'a read missed what had been inserted',
    ['set'],
    [0, 1],
    `insert 1       |-|
     whole → ,             |-|
     insert 2              |-|`,
  ],
  [
    'of two insertions one after the other, some read saw the second only',
    ['set'],
    [0, 1, 2],
    `insert 1       |-|
     insert 2           |-|
     whole → 2       |-----|`,
  ],
  [
    'an element was missed after it had been found',
    ['set'],
    [0, 1, 2],
    `insert 1 → ?      |----------
     contains 1 → yes    |-|
     contains 1 → no         |-|`,
  ],
  ['an element was found that was never inserted', ['set'], [0], `contains 1 → yes  |-|`],
  [
    'one element was found before another was missed, and a read saw the other only',
    ['set'],
    [0, 1, 2, 3, 4],
    `insert 1       |--------------------|
     insert 2       |--------------------|
     contains 1 → yes |-|
     contains 2 → no        |-|
     whole → 2         |---------|`,
  ],
];

const UNDECIDED: readonly (readonly [name: string, kinds: readonly Kind[], drawing: string])[] = [
  [
    'the same element is inserted twice',
    ['fifo', 'lifo', 'bag', 'set'],
    `insert 1       |-|
     insert 1           |-|`,
  ],
  ['a read of a whole queue', ['fifo', 'lifo', 'bag'], `whole → 1         |-|`],
  ['a removal from a set', ['set'], `remove → 1         |-|`],
  [
    'a read saw an element twice',
    ['set'],
    `insert 1       |-|
     whole → 1,1         |-|`,
  ],
];

const each = <Rest extends readonly unknown[]>(
  table: readonly (readonly [name: string, kinds: readonly Kind[], ...Rest])[],
): [Kind, string, ...Rest][] =>
  table.flatMap(([name, kinds, ...rest]) =>
    kinds.map((kind): [Kind, string, ...Rest] => [kind, name, ...rest]),
  );

describe('valid', () => {
  test.each(each(VALID))('%s: %s', (kind, _, drawing) => {
    expect(decide(kind, drawing).kind).toBe('valid');
  });
});

describe('invalid, and the operations that show it', () => {
  test.each(each(INVALID))('%s: %s', (kind, _, suspects, drawing) => {
    const answer = decide(kind, drawing);
    expect(answer.kind).toBe('invalid');
    if (answer.kind === 'invalid') expect(answer.suspects?.toSorted()).toEqual(suspects);
  });
});

describe('undecided', () => {
  test.each(each(UNDECIDED))('%s: %s', (kind, _, drawing) => {
    expect(decide(kind, drawing).kind).toBe('undecided');
  });

  test('an object that is not said to be a collection', () => {
    const { collection: _, ...model } = collection('fifo');
    expect(distinct(model, { operations: [] }, new Budget({})).run().kind).toBe('undecided');
  });
});
