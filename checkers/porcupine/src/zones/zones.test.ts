import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import type { Model } from '../model.ts';
import { kv } from '../models/kv.ts';
import { register } from '../models/register.ts';
import { timeline } from '../testing/timeline.ts';
import { verifyWitness } from '../verify.ts';
import { zones } from './zones.ts';

/** `valid`, the ids of the suspects, or why it is undecided. */
type Row = readonly [name: string, expected: 'valid' | readonly number[] | string, drawing: string];

const REGISTER: readonly Row[] = [
  ['nothing happened', 'valid', ''],
  [
    'a read of what was never written',
    [1],
    `write 1   |--|
     read → 2      |--|`,
  ],
  [
    'a read before the write',
    [0, 1],
    `read → 1  |--|
     write 1       |--|`,
  ],
  [
    'two forward blocks overlap: a stale read',
    [0, 1, 3],
    `write 1  |--|
     write 2      |--|
     read → 2         |--|
     read → 1             |--|`,
  ],
  [
    'a backward block inside a forward one',
    [0, 1, 2],
    `write 1  |--|
     write 2       |--|
     read → 1          |--|`,
  ],
  [
    'backward blocks overlap as they like',
    'valid',
    `write 1  |------------|
     write 2    |------------|
     read → 1     |------------|
     read → 2       |------------|`,
  ],
  [
    'the initial value after a write',
    [0, 1],
    `write 1     |--|
     read → nil      |--|`,
  ],
  [
    'a write of unknown outcome that was seen',
    'valid',
    `write 1 → ?  |--
     read → 1        |--|`,
  ],
  [
    'a write of unknown outcome that was not seen',
    'valid',
    `write 1 → ?  |--
     read → nil       |--|`,
  ],
  [
    'two cas from one value',
    [1, 2],
    `write 1       |--|
     cas 1 2 → ok      |--|
     cas 1 3 → ok      |--|`,
  ],
  [
    'a chain of cas, read out of order',
    [1, 2, 3],
    `write 1       |--|
     cas 1 2 → ok      |-----------|
     read → 2              |--|
     read → 1                   |--|`,
  ],
  [
    'cas that make each other',
    [0, 1],
    `cas 2 1 → ok  |--|
     cas 1 2 → ok  |--|`,
  ],
  [
    'a cas of unknown outcome that somebody built on',
    'valid',
    `cas nil 1 → ?  |--
     cas 1 2 → ok        |--|
     read → 2                |--|`,
  ],
  [
    'a cas that failed on what was there all the time',
    [0, 1, 2],
    `write 1             |--|
     cas 1 2 → mismatch       |--|
     read → 1                      |--|`,
  ],
  [
    'a cas that failed when nothing else was there any more',
    [1, 2],
    `write 1             |--|
     write 2                 |--|
     cas 2 3 → mismatch           |--|`,
  ],
  [
    'a cas that failed when something else may have been there',
    'valid',
    `write 1             |--|
     write 2                 |--|
     cas 2 3 → mismatch           |--|
     write 4                         |--|`,
  ],
  [
    'a cas that failed on another value',
    'valid',
    `write 1             |--|
     write 2             |------|
     cas 1 3 → mismatch       |--|
     read → 2                      |--|`,
  ],
  [
    'a cas that failed on what a write of unknown outcome left',
    'valid',
    `write 1             |--|
     write 2 → ?         |--
     cas 1 3 → mismatch       |--|`,
  ],
  [
    'a cas that failed as the write that returned last came first',
    'valid',
    `write 1              |---------|
     write 2                |----|
     cas 1 3 → mismatch                |--|`,
  ],
  [
    'the same, where the write that returned first could not come later',
    [1, 2],
    `write 2              |--|
     write 1                  |----|
     cas 1 3 → mismatch                |--|`,
  ],
  [
    'the same, where another cas failed on what the earlier write left',
    'valid',
    `write 9              |--|
     write 1                  |---------|
     write 2                    |----|
     cas 9 4 → mismatch          |---------|
     cas 1 3 → mismatch                    |--|`,
  ],
  [
    'the same, where yet another failed cas saw the last of the two',
    'valid',
    `write 1              |---------|
     write 2                |------|
     cas 7 4 → mismatch             |--------|
     cas 1 3 → mismatch                 |--|`,
  ],
  [
    'the same, where another that still may find a place rejects what is put last',
    'valid',
    `write 2             |---------|
     write 1               |--|
     read → 1                   |-|
     cas 2 3 → mismatch              |---|
     cas 1 3 → mismatch               |-------|
     write 4                               |--|`,
  ],
  [
    'the same, where one failed on the second version of what is put last',
    'valid',
    `write 3             |-----------------|
     write 1               |--|
     cas 1 2 → ok               |--|
     cas 1 4 → mismatch             |--|
     read → 2                            |---|
     cas 3 5 → mismatch                        |-|`,
  ],
  [
    'the same, where what was put first for one is put last for another',
    'valid',
    `write 1             |--|
     write 2              |--------------------|
     cas 1 5 → mismatch       |--|
     write 3                   |-----|
     read → 3                     |---|
     cas 3 6 → mismatch                 |--|`,
  ],
  [
    'the same, with one that was called after the first of them returned',
    'valid',
    `write 1             |--|
     write 2              |----------------------|
     cas 1 5 → mismatch       |--|
     write 3                   |-------|
     read → 3                     |-----|
     cas 7 6 → mismatch             |-|
     cas 3 6 → mismatch                   |--|`,
  ],
  [
    // The second cas can only go along with the write of 1; the third, called after it returned, would not.
    'the same, where of two one after the other the first would come last',
    'some failed cas finds no place in this order',
    `write 1              |-----------|
     write 2                |--------------|
     cas nil 9 → mismatch     |-|
     cas 2 9 → mismatch          |-|
     cas 7 9 → mismatch             |-|
     cas 2 8 → mismatch                     |-|`,
  ],
  [
    'the same, where another cas failed before the later write was called',
    'some failed cas finds no place in this order',
    `write 9              |-|
     write 2                  |---------------|
     cas 9 4 → mismatch         |---|
     write 1                          |---------|
     cas 1 3 → mismatch                           |--|`,
  ],
  [
    'two failed cas that each need the other order',
    'some failed cas finds no place in this order',
    `write 1              |---------|
     write 2                |----|
     cas 2 4 → mismatch                |--|
     cas 1 3 → mismatch                |--|`,
  ],
  [
    'a value that was written twice and never seen',
    'valid',
    `write 1  |--|
     write 1      |--|
     write 2          |--|
     read → 2             |--|`,
  ],
  [
    'a value that was written twice and seen',
    'a value that was observed may have been made by more than one operation',
    `write 1  |--|
     write 1      |--|
     read → 1         |--|`,
  ],
  [
    'a violation elsewhere than at a value that was written twice',
    [4],
    `write 1  |--|
     write 1      |--|
     write 2          |--|
     read → 1         |--|
     read → 3             |--|`,
  ],
];

const KV: readonly Row[] = [
  [
    'appends in the order in which they were seen',
    'valid',
    `append a;   |-----|
     append b;   |-----|
     get → b;a;          |--|`,
  ],
  [
    'an append that was seen in two places',
    [0, 2, 3],
    `append a;   |-----|
     append b;   |-----|
     get → b;a;          |--|
     get → a;            |--|`,
  ],
  [
    'an append of unknown outcome that was seen',
    'valid',
    `append a; → ?  |--
     append b;        |--|
     get → a;b;           |--|`,
  ],
  [
    'an append that was seen twice',
    [0, 1],
    `append a;  |--|
     get → a;a;     |--|`,
  ],
  [
    'an append that was lost',
    [0, 1, 2],
    `append a;  |--|
     append b;      |--|
     get → b;           |--|`,
  ],
  [
    'a cas that failed on what two appends certainly made',
    'some failed cas finds no place in this order',
    `append a                |-----|
     append a                  |----|
     cas nil b → mismatch    |----------|
     cas aa b → mismatch                  |--|`,
  ],
  [
    'a text with two ways to make it',
    'a value that was observed may have been made by more than one operation',
    `append a   |--|
     append b   |--|
     append ab  |--|
     get → ab       |--|`,
  ],
];

describe.each([
  ['register', register() as Model, REGISTER],
  ['kv', kv() as Model, KV],
] as const)('%s', (_, model, rows) => {
  test.each(rows)('%s', (_name, expected, drawing) => {
    const history = timeline(drawing);
    const answer = zones(model, { operations: history }, new Budget({})).run();
    const said =
      answer.kind === 'invalid'
        ? answer.suspects!.toSorted((a, b) => a - b)
        : answer.kind === 'undecided'
          ? answer.why
          : 'valid';
    expect(said).toEqual(expected);
    if (answer.kind === 'valid') expect(verifyWitness(model, history, answer.witness)).toBeUndefined();
  });
});
