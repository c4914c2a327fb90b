/** Small histories of each model, drawn, with the verdict. */
import { describe, expect, test } from 'vitest';
import { checkOperations } from '../check.ts';
import type { Operation, Verdict } from '../model.ts';
import { timeline, type DrawnInput, type DrawnOutput } from '../testing/timeline.ts';
import { models, type ModelOptions } from './models.ts';

type Row = readonly [name: string, verdict: Verdict, drawing: string, options?: ModelOptions];

const QUEUES: readonly Row[] = [
  ['empty at first', 'valid', 'dequeue → empty |--|'],
  [
    'never what was not put in',
    'invalid',
    `enqueue 1     |--|
     dequeue → 2        |--|`,
  ],
  [
    'nothing twice',
    'invalid',
    `enqueue 1     |--|
     dequeue → 1        |--|
     dequeue → 1             |--|`,
  ],
  [
    'not empty while something is in it',
    'invalid',
    `enqueue 1         |--|
     dequeue → empty        |--|`,
  ],
  [
    'an unknown dequeue may have emptied it',
    'valid',
    `enqueue 1         |--|
     dequeue → ?            |----
     dequeue → empty             |--|`,
  ],
  [
    'an unknown enqueue is dequeued at most once',
    'invalid',
    `enqueue 1 → ?     |----
     dequeue → 1            |--|
     dequeue → 1                 |--|`,
  ],
];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'cas-register': [
    ['of an initial value', 'valid', 'read → 7 |--|', { initial: 7 }],
    [
      'a cas that failed with what it expected',
      'invalid',
      `write 1             |--|
       cas 1 2 → mismatch       |--|`,
    ],
    [
      'an unknown cas took effect',
      'valid',
      `write 1       |--|
       cas 1 2 → ?        |----
       read → 2                |--|`,
    ],
  ],
  'multi-register': [
    [
      'a read of both halves of a write',
      'valid',
      `write {"x":1,"y":1}                              |--|
       read {"x":null,"y":null} → {"x":1,"y":1}              |--|`,
    ],
    [
      'a read of one half of a write',
      'invalid',
      `write {"x":1,"y":1}                              |-------|
       read {"x":null,"y":null} → {"x":1}                 |--|`,
    ],
    [
      'write skew of two transactions',
      'invalid',
      `txn [["r","x",null],["w","y",1]] → [["r","x",null],["w","y",1]]   |----|
       txn [["r","y",null],["w","x",1]] → [["r","y",null],["w","x",1]]     |----|`,
    ],
    [
      'a transaction reads its own writes',
      'valid',
      'txn [["write","x",1],["read","x",null]] → [["write","x",1],["read","x",1]]   |--|',
    ],
    [
      'an unknown transaction takes effect as a whole',
      'invalid',
      `write {"x":1,"y":1} → ?    |------
       read → {"x":1}                    |--|
       read → {"y":null}                       |--|`,
    ],
    [
      'what came back was the argument',
      'invalid',
      `write {"x":1}          |--|
       txn [["read","x",2]]        |--|`,
    ],
    [
      'a read of null, which saw it',
      'invalid',
      `write {"x":1}        |--|
       read → {"x":null}        |--|`,
    ],
    [
      'a read of null, which says nothing',
      'valid',
      `write {"x":1}        |--|
       read → {"x":null}        |--|`,
      { nullReads: 'unknown' },
    ],
    ['of initial values', 'valid', 'read → {"x":0} |--|', { initial: { x: 0 } }],
    ['an answer to other steps than were asked', 'unknown', 'txn [["r","x",null]] → [["r","y",1]] |--|'],
  ],
  'string-append': [
    ['empty at first', 'valid', 'read → "" |--|'],
    [
      'in the order of appends',
      'invalid',
      `append a    |--|
       append b         |--|
       read → ba             |--|`,
    ],
    [
      'an unknown append shows late',
      'valid',
      `append a → ?  |----
       append b         |--|
       read → b              |--|
       read → ba                  |--|`,
    ],
    [
      'an unknown append shows once',
      'invalid',
      `append a → ?  |----
       read → aa        |--|`,
    ],
  ],
  log: [
    [
      'offsets and ends',
      'valid',
      `append a → 0         |--|
       append b → 1              |--|
       read 1 → ["b"]                 |--|
       read → ["a","b"]               |--|
       read 5 → []                    |--|`,
    ],
    [
      'an offset given twice',
      'invalid',
      `append a → 0  |--|
       append b → 0      |--|`,
    ],
    [
      'an entry that is lost',
      'invalid',
      `append a       |--|
       append b            |--|
       read → ["b"]             |--|`,
    ],
    [
      'an unknown append takes an offset',
      'valid',
      `append a → ?   |----
       append b → 1      |--|`,
    ],
  ],
  'fifo-queue': [
    ...QUEUES,
    [
      'out of order',
      'invalid',
      `enqueue 1     |--|
       enqueue 2         |--|
       dequeue → 2            |--|`,
    ],
    [
      'concurrent enqueues in either order',
      'valid',
      `enqueue 1     |----|
       enqueue 2       |----|
       dequeue → 2            |--|
       dequeue → 1                 |--|`,
    ],
    [
      'an unknown dequeue took the head',
      'valid',
      `enqueue 1     |--|
       enqueue 2          |--|
       dequeue → ?             |----
       dequeue → 2                  |--|`,
    ],
  ],
  'unordered-queue': [
    ...QUEUES,
    [
      'out of order',
      'valid',
      `enqueue 1     |--|
       enqueue 2         |--|
       dequeue → 2            |--|`,
    ],
    [
      'an unknown dequeue took one of two, and either may be the other',
      'valid',
      `enqueue 1           |--|
       enqueue 2                |--|
       dequeue → ?                   |----
       dequeue → 1                         |--|
       dequeue → empty                          |--|`,
    ],
    [
      'an unknown dequeue took no more than one of two',
      'invalid',
      `enqueue 1           |--|
       enqueue 2                |--|
       dequeue → ?                   |----
       dequeue → empty                     |--|`,
    ],
  ],
  'priority-queue': [
    ...QUEUES,
    [
      'the smallest first',
      'invalid',
      `enqueue 10     |--|
       enqueue 9          |--|
       dequeue → 10            |--|`,
    ],
    [
      'an unknown dequeue took the smallest',
      'valid',
      `enqueue 10     |--|
       enqueue 9          |--|
       dequeue → ?             |----
       dequeue → 10                  |--|`,
    ],
  ],
  stack: [
    [
      'the last first',
      'valid',
      `push 1      |--|
       push 2          |--|
       pop → 2              |--|
       pop → 1                   |--|
       pop → empty                    |--|`,
    ],
    [
      'out of order',
      'invalid',
      `push 1      |--|
       push 2          |--|
       pop → 1              |--|`,
    ],
    [
      'an unknown pop took the top',
      'valid',
      `push 1      |--|
       push 2          |--|
       pop → ?              |----
       pop → 1                   |--|`,
    ],
  ],
  set: [
    [
      'a read in any order',
      'valid',
      `add 1          |--|
       add 2               |--|
       read → [2,1]             |--|`,
    ],
    [
      'a lost element',
      'invalid',
      `add 1          |--|
       add 2               |--|
       read → [2]               |--|`,
    ],
    [
      'an element twice',
      'invalid',
      `add 1          |--|
       read → [1,1]        |--|`,
    ],
    [
      'an unknown addition shows late, and a removal ends it',
      'valid',
      `add 1 → ?             |----
       contains 1 → false       |--|
       contains 1 → true             |--|
       remove 1                           |--|
       contains 1 → false                      |--|`,
    ],
    [
      'an element that comes and goes',
      'invalid',
      `add 1 → ?             |----
       contains 1 → true        |--|
       contains 1 → false            |--|`,
    ],
  ],
  counter: [
    [
      'a sum',
      'valid',
      `add 5       |--|
       dec           |--|
       read → 4          |--|`,
    ],
    [
      'a lost increment',
      'invalid',
      `inc         |--|
       inc           |--|
       read → 1           |--|`,
    ],
    [
      'an unknown increment counts or does not, but does not cease to',
      'invalid',
      `inc → ?     |----
       read → 1       |--|
       read → 0            |--|`,
    ],
    [
      'an unknown increment counts late',
      'valid',
      `inc → ?     |----
       read → 0       |--|
       read → 1            |--|`,
    ],
  ],
  'unique-ids': [
    [
      'all different',
      'valid',
      `generate → 1  |--|
       generate → 2  |--|`,
    ],
    [
      'one twice',
      'invalid',
      `generate → 1  |--|
       generate → 1       |--|`,
    ],
    [
      'an unknown one is in nobody’s way',
      'valid',
      `generate → ?  |--
       generate → 1       |--|`,
    ],
  ],
  mutex: [
    [
      'held by one after the other',
      'valid',
      `acquire   |--|
       release        |--|
       acquire            |--|`,
    ],
    [
      'held by two',
      'invalid',
      `acquire   |--|
       acquire        |--|`,
    ],
    ['released while free', 'invalid', 'release   |--|'],
    [
      'refused while free',
      'invalid',
      `acquire            |--|
       release                 |--|
       acquire → refused            |--|`,
    ],
    [
      'an unknown release set it free',
      'valid',
      `acquire      |--|
       release → ?       |----
       acquire               |--|`,
    ],
    [
      'an unknown acquire holds it',
      'valid',
      `acquire → ?        |----
       acquire → refused       |--|`,
    ],
  ],
  'owned-mutex': [
    [
      'released by its holder',
      'valid',
      `acquire a   |--|
       release a        |--|
       acquire b            |--|`,
    ],
    [
      'released by another',
      'invalid',
      `acquire a   |--|
       release b        |--|`,
    ],
    [
      'an unknown acquire, and then a release by the same',
      'valid',
      `acquire a → ?   |----
       release a           |--|`,
    ],
  ],
  'reentrant-mutex': [
    [
      'acquired twice by one',
      'valid',
      `acquire a   |--|
       acquire a        |--|
       release a            |--|
       release a                 |--|
       acquire b                      |--|`,
    ],
    [
      'released once too few',
      'invalid',
      `acquire a   |--|
       acquire a        |--|
       release a            |--|
       acquire b                 |--|`,
    ],
    [
      'acquired once too often',
      'invalid',
      `acquire a   |--|
       acquire a        |--|
       acquire a             |--|`,
      { mostHolds: 2 },
    ],
    [
      'an unknown release was the last',
      'valid',
      `acquire a        |--|
       release a → ?         |----
       acquire b                  |--|`,
    ],
  ],
  'fenced-mutex': [
    [
      'tokens that grow',
      'valid',
      `acquire a → 1   |--|
       release a            |--|
       acquire b → 5            |--|`,
    ],
    [
      'a token twice',
      'invalid',
      `acquire a → 1   |--|
       release a            |--|
       acquire b → 1             |--|`,
    ],
    [
      'an unknown acquire took a token in between',
      'valid',
      `acquire a → 1   |--|
       release a            |--|
       acquire b → ?             |----
       release b                      |--|
       acquire a → 3                       |--|`,
    ],
    [
      'an unknown acquire took a token for which there is no room',
      'invalid',
      `acquire a → 1   |--|
       release a            |--|
       acquire b → ?             |----
       release b                      |--|
       acquire a → 2                       |--|`,
    ],
    [
      'the answer that there is no token',
      'valid',
      `acquire a → 1   |--|
       release a            |--|
       acquire b → 0             |--|`,
      { noToken: 0 },
    ],
  ],
  semaphore: [
    [
      'as many as there are',
      'valid',
      `acquire     |--|
       acquire 2        |--|
       release 2             |--|`,
      { permits: 3 },
    ],
    [
      'more than there are',
      'invalid',
      `acquire     |--|
       acquire 3        |--|`,
      { permits: 3 },
    ],
    [
      'refused while there are enough',
      'invalid',
      `acquire               |--|
       acquire 2 → refused        |--|`,
      { permits: 3 },
    ],
    [
      'an unknown release gave some back',
      'valid',
      `acquire 3       |--|
       release 3 → ?        |----
       acquire                   |--|`,
      { permits: 3 },
    ],
  ],
};

const TABLE = Object.entries(ROWS).flatMap(([model, rows]) =>
  rows.map(([name, verdict, drawing, options]) => ({ model, name, verdict, drawing, options })),
);

test.each(TABLE)('$model: $name: $verdict', ({ model, drawing, verdict, options }) => {
  const { needsProcess, make } = models[model]!;
  const drawn = timeline(drawing);
  const history = needsProcess ? drawn.map(byClient) : drawn;
  const result = checkOperations(make(options), history);
  expect(result.verdict, JSON.stringify(result.partitions, undefined, 1)).toBe(verdict);
});

describe('every model', () => {
  test.each(Object.keys(models))('%s is in the table, valid and invalid', (name) => {
    if (name === 'register' || name === 'kv') return;
    const verdicts = new Set(ROWS[name]!.map(([, verdict]) => verdict));
    expect(verdicts.has('valid') && verdicts.has('invalid')).toBe(true);
  });
});

test('a lock that does not know who asks says nothing', () => {
  const { verdict } = checkOperations(models['owned-mutex']!.make(), timeline('acquire |--|'));
  expect(verdict).toBe('unknown');
});

test('without reads of the whole, the elements of a set are independent', () => {
  const drawing = `add 1               |--|
                   contains 2 → false  |--|`;
  const { partitions } = checkOperations(models['set']!.make(), timeline(drawing));
  expect(partitions.map(({ label }) => label)).toEqual(['1', '2']);
});

function byClient({
  input: { f, value },
  ...operation
}: Operation<DrawnInput, DrawnOutput>): Operation<unknown, DrawnOutput> {
  return { ...operation, input: { f, client: value } };
}
