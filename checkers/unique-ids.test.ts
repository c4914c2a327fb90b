import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import type { ObjectsDetails } from './objects.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { uniqueIds, type UniqueIdsDetails } from './unique-ids.ts';

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: all distinct',
    `0 0 invoke generate
     1 1 invoke generate
     2 0 ok     generate 1
     3 1 ok     generate "1"`,
    'valid',
    /2 ids, all distinct/,
  ],
  [
    'invalid: one twice',
    `0 0 invoke generate
     1 0 ok     generate 1
     2 1 invoke generate
     3 1 ok     generate 1 @n2`,
    'invalid',
    /1 id given out more than once: 1 2 times \(ops 1, 3\)/,
  ],
  [
    'valid: what failed and what is unknown gave nothing out',
    `0 0 invoke generate
     1 0 fail   generate 1
     2 0 invoke generate
     3 0 info   generate 1
     4 1 invoke generate
     5 1 ok     generate 1`,
    'valid',
    /1 id, all distinct/,
  ],
  ['unknown: none', '0 0 invoke generate', 'unknown', /no id was given out/],
  [
    'unknown: an answer without an id',
    `0 0 invoke generate
     1 0 ok     generate`,
    'unknown',
    /op 1 .*expected an id/,
  ],
];

function detailsOf(details: Json): UniqueIdsDetails {
  return (details as ObjectsDetails<UniqueIdsDetails>).objects[0]!.details!;
}

function history(ids: readonly Json[]): Op[] {
  return ids.flatMap((value, n): Op[] => [
    { index: 2 * n, time: 2 * n, process: 0, type: 'invoke', f: 'generate' },
    { index: 2 * n + 1, time: 2 * n + 1, process: 0, type: 'ok', f: 'generate', value },
  ]);
}

describe('unique-ids', () => {
  test.each(cases)('%s', (_, text, verdict, summary) => {
    const result = judge(uniqueIds(), ops(text));
    expect(result, text).toMatchObject({ checker: 'unique-ids', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('who got the same, the most frequent first', () => {
    const { details } = judge(uniqueIds(), history([5, 'x', 5, 7, 7, 7]));
    expect(detailsOf(details)).toMatchObject({
      attempted: 6,
      acknowledged: 6,
      duplicated: {
        count: 2,
        first: [
          { id: 7, times: 3, to: [{ index: 7, process: 0, node: null }, { index: 9 }, { index: 11 }] },
          { id: 5, times: 2, to: [{ index: 1 }, { index: 5 }] },
        ],
      },
      range: null,
    });
  });

  test.each([
    [
      [3, -1, 2],
      [-1, 3],
    ],
    [
      ['b', 'a', 'c'],
      ['a', 'c'],
    ],
    [['b', 1], null],
    [[1, { a: 1 }], null],
  ])('the range of %j is %j', (ids, range) => {
    expect(detailsOf(judge(uniqueIds(), history(ids)).details).range).toEqual(range);
  });

  test('invalid exactly when a set of them is smaller', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(20), fc.string({ maxLength: 1 })), { minLength: 1 }), (ids) => {
        const { verdict } = judge(uniqueIds(), history(ids));
        expect(verdict).toBe(new Set(ids).size === ids.length ? 'valid' : 'invalid');
      }),
    );
  });
});
