import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import type { ObjectsDetails } from './objects.ts';
import { set, type SetDetails } from './set.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript } from './testing/simulate.ts';

function detailsOf(details: Json): SetDetails {
  return (details as ObjectsDetails<SetDetails>).objects[0]!.details!;
}

const ADDED = `0 0 invoke add 1
               1 0 ok     add`;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: everything is there',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1]`,
    'valid',
    /nothing lost of 1 acknowledged element of 1; 1 read, 0 of them recovered/,
  ],
  [
    'invalid: an acknowledged element is lost',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read []`,
    'invalid',
    /1 lost element \(1\)/,
  ],
  [
    'valid: an earlier read does not count',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read []
     4 0 invoke read
     5 0 ok     read [1]`,
    'valid',
    /nothing lost/,
  ],
  [
    'invalid: the last read is the one invoked last, not the one completed last',
    `${ADDED}
     2 1 invoke read
     3 2 invoke read
     4 2 ok     read []
     5 1 ok     read [1]`,
    'invalid',
    /1 lost/,
  ],
  [
    'invalid: an element from nowhere',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1,7]`,
    'invalid',
    /1 unexpected element \(7\)/,
  ],
  [
    'invalid: an element before its time',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1,2]
     4 0 invoke add 2
     5 0 ok     add`,
    'invalid',
    /1 unexpected element \(2\)/,
  ],
  [
    'valid: an add of unknown outcome shows up',
    `${ADDED}
     2 1 invoke add 2
     3 1 info   add !timeout
     4 0 invoke read
     5 0 ok     read [1,2]`,
    'valid',
    /2 read, 1 of them recovered/,
  ],
  [
    'valid: an add of unknown outcome does not show up',
    `${ADDED}
     2 1 invoke add 2
     3 1 info   add !timeout
     4 0 invoke read
     5 0 ok     read [1]`,
    'valid',
    /1 read, 0 of them recovered/,
  ],
  [
    'valid: an add still open at the end shows up',
    `${ADDED}
     2 1 invoke add 2
     4 0 invoke read
     5 0 ok     read [1,2]`,
    'valid',
    /1 of them recovered/,
  ],
  [
    'invalid: an add that failed shows up',
    `${ADDED}
     2 1 invoke add 2
     3 1 fail   add !not-leader
     4 0 invoke read
     5 0 ok     read [1,2]`,
    'invalid',
    /1 refused element \(2\)/,
  ],
  [
    'valid: an add that failed shows up, and was tried again with success',
    `${ADDED}
     2 1 invoke add 2
     3 1 fail   add !not-leader
     4 1 invoke add 2
     5 1 ok     add
     6 0 invoke read
     7 0 ok     read [1,2]`,
    'valid',
    /2 read/,
  ],
  [
    'invalid: an element twice',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1,1]`,
    'invalid',
    /1 duplicated element \(1\)/,
  ],
  [
    'unknown: an element was added while the last read was under way, and is not in it',
    `${ADDED}
     2 1 invoke read
     3 0 invoke add 2
     4 0 ok     add
     5 1 ok     read [1]`,
    'unknown',
    /the last read was invoked before 1 add succeeded/,
  ],
  ['unknown: never read', ADDED, 'unknown', /never read/],
  [
    'unknown: a read that failed is none',
    `${ADDED}
     2 0 invoke read
     3 0 fail   read`,
    'unknown',
    /never read/,
  ],
  [
    'unknown: nothing was added',
    `0 0 invoke read
     1 0 ok     read []`,
    'unknown',
    /no add was acknowledged/,
  ],
  [
    'unknown: the final reads were not answered, and an earlier one shows nothing of the end',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read []
     4 runner info final-reads
     5 0 invoke read
     6 0 fail   read`,
    'unknown',
    /no final read was answered/,
  ],
  [
    'unknown: a read that is no list',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read "1"`,
    'unknown',
    /op 3 \(line 4 of the history\), read: expected the list of all elements/,
  ],
  [
    'unknown: a function that sets do not have',
    `${ADDED}
     2 0 invoke remove 1`,
    'unknown',
    /op 2 .*remove: expected add, read/,
  ],
  ['unknown: malformed', '0 0 ok add', 'unknown', /malformed history: op 0/],
  ['unknown: empty', '', 'unknown', /no operation/],
  [
    'invalid: one key of two',
    `0 0 invoke add x 1
     1 0 ok     add
     2 0 invoke add y 1
     3 0 ok     add y
     4 0 invoke read x
     5 0 ok     read x []
     6 0 invoke read y
     7 0 ok     read y [1]`,
    'invalid',
    /^"x": 1 lost element \(1\)$/,
  ],
];

describe('set', () => {
  test.each(cases)('%s', (_, history, verdict, summary) => {
    const result = judge(set(), ops(history));
    expect(result, history).toMatchObject({ checker: 'set', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('refused elements are only counted where that is asked for', () => {
    const history = ops(`0 0 invoke add 1
                         1 0 ok     add
                         2 0 invoke add 2
                         3 0 fail   add
                         4 0 invoke read
                         5 0 ok     read [1,2]`);
    const { verdict, details } = judge(set({ refused: 'report' }), history);
    expect(verdict).toBe('valid');
    expect(detailsOf(details).refused).toEqual({ count: 1, first: [2] });
  });

  test('times may be before 0: only their order counts', () => {
    const early = ops(`${ADDED}
                       2 0 invoke read
                       3 0 ok     read [1]`).map((op) => ({ ...op, time: op.time - 1e9 }));
    expect(judge(set(), early).verdict).toBe('valid');
  });

  test('elements are what they hold, and a number is not its digits', () => {
    const history = ops(`0 0 invoke add {"a":1,"b":2}
                         1 0 ok     add
                         2 0 invoke add "1"
                         3 0 ok     add
                         4 0 invoke read
                         5 0 ok     read [{"b":2,"a":1},1]`);
    const { details } = judge(set(), history);
    expect(detailsOf(details)).toMatchObject({ ok: 1, lost: { first: ['1'] }, unexpected: { first: [1] } });
  });
});

/** Adds and reads of a correct set, and a read when all is over. */
const correct = drawnCalls({ add: fc.nat(5), read: fc.constant(undefined) }, 10).map(
  ({ calls, schedule }) => {
    const history = simulate<readonly Json[]>(
      [],
      (state, f, value) => (f === 'read' ? [state, state] : [[...new Set([...state, value!])], undefined]),
      calls,
      schedule,
    );
    return history;
  },
);

function readAtTheEnd(history: readonly Op[], value: Json): Op[] {
  const read = { process: 1000, f: 'read' };
  const [index, time] = [history.length, history.length * 1e6];
  return [
    ...history,
    { index, time, type: 'invoke', ...read },
    { index: index + 1, time, type: 'ok', ...read, value },
  ];
}

function addedBy(history: readonly Op[]): { acknowledged: Json[]; maybe: Json[] } {
  const ends = (type: Op['type']): Json[] => {
    const invoked = new Map<Op['process'], Op>();
    const values: Json[] = [];
    for (const op of history) {
      if (op.type === 'invoke') invoked.set(op.process, op);
      else if (op.type === type && op.f === 'add') values.push(invoked.get(op.process)!.value!);
    }
    return values;
  };
  return { acknowledged: ends('ok'), maybe: ends('info') };
}

describe('properties of set', () => {
  test('a final read of all acknowledged elements, and some that may be there, is valid', () => {
    fc.assert(
      fc.property(correct, fc.nat(31), (history, mask) => {
        const { acknowledged, maybe } = addedBy(history);
        const seen = [...new Set([...acknowledged, ...maybe.filter((_, at) => (mask >> at) & 1)])];
        const { verdict } = judge(set(), readAtTheEnd(history, seen));
        expect(verdict, transcript(history)).toBe(acknowledged.length > 0 ? 'valid' : 'unknown');
      }),
    );
  });

  test('one acknowledged element less is invalid, and one from nowhere more', () => {
    fc.assert(
      fc.property(correct, fc.nat(), (history, pick) => {
        const { acknowledged } = addedBy(history);
        fc.pre(acknowledged.length > 0);
        const dropped = acknowledged[pick % acknowledged.length]!;
        const less = [...new Set(acknowledged)].filter((value) => value !== dropped);
        const invalid = [less, [...new Set(acknowledged), 99]];
        for (const value of invalid) {
          expect(judge(set(), readAtTheEnd(history, value)).verdict, transcript(history)).toBe('invalid');
        }
      }),
    );
  });
});
