import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import type { ObjectsDetails } from './objects.ts';
import { setFull, type SetFullDetails, type SetFullOptions } from './set-full.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript, type Apply } from './testing/simulate.ts';
import { hasOrder, inRealTime, operationsOf, stepOf } from './testing/some-order.ts';

function judged(history: readonly Op[], options: SetFullOptions = {}) {
  const { verdict, summary, details } = judge(setFull(options), history);
  return { verdict, summary, details: (details as ObjectsDetails<SetFullDetails>).objects[0]!.details! };
}

const ADDED = `0 0 invoke add 1
               1 0 ok     add`;

const STALE = `${ADDED}
               11 0 invoke read
               12 0 ok     read []
               20 0 invoke read
               21 0 ok     read [1]`;

const OVERLAPPING = `0 2 invoke read
                     1 0 invoke add 1
                     2 0 ok     add
                     3 0 invoke add 2
                     4 0 ok     add
                     5 2 ok     read [2]
                     6 0 invoke read
                     7 0 ok     read [1,2]`;

const INCOMPARABLE = `0 0 invoke add 1
                      0 1 invoke add 2
                      1 2 invoke read
                      1 3 invoke read
                      2 2 ok     read [1]
                      2 3 ok     read [2]
                      3 0 ok     add
                      3 1 ok     add
                      4 0 invoke read
                      5 0 ok     read [1,2]`;

const cases: readonly [
  name: string,
  history: string,
  linearizable: boolean,
  verdict: string,
  summary: RegExp,
][] = [
  [
    'valid: seen ever since',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1]`,
    true,
    'valid',
    /1 element stable in 1 read, linearizable/,
  ],
  ['valid: seen late, where reads may be stale', STALE, false, 'valid', /1 stale for up to 10\.0 ms/],
  ['invalid: seen late, where they may not', STALE, true, 'invalid', /1 stale element \(1\)/],
  [
    'invalid: lost, never seen',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read []`,
    false,
    'invalid',
    /1 lost element \(1\)/,
  ],
  [
    'invalid: lost after it was seen, though no add of it succeeded',
    `0 0 invoke add 1
     1 0 info   add
     2 1 invoke read
     3 1 ok     read [1]
     4 1 invoke read
     5 1 ok     read []`,
    false,
    'invalid',
    /1 lost element \(1\)/,
  ],
  [
    'unknown: an add of unknown outcome, never seen',
    `0 0 invoke add 1
     1 0 info   add
     2 1 invoke read
     3 1 ok     read []`,
    true,
    'unknown',
    /no element was seen to stay/,
  ],
  [
    'valid: not in a read that overlaps with the add',
    `0 1 invoke read
     1 0 invoke add 1
     2 0 ok     add
     3 1 ok     read []
     4 1 invoke read
     5 1 ok     read [1]`,
    true,
    'valid',
    /1 element stable/,
  ],
  [
    'unknown: only read while the add was under way',
    `0 1 invoke read
     1 0 invoke add 1
     2 0 ok     add
     3 1 ok     read []`,
    true,
    'unknown',
    /no element was seen to stay/,
  ],
  [
    'invalid: a phantom',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1,2]`,
    false,
    'invalid',
    /1 phantom element \(2\)/,
  ],
  [
    'invalid: seen before it was added',
    `0 0 invoke read
     1 0 ok     read [1]
     2 0 invoke add 1
     3 0 ok     add`,
    false,
    'invalid',
    /1 early element \(1\)/,
  ],
  [
    'invalid: seen though its add failed',
    `${ADDED}
     2 0 invoke add 2
     3 0 fail   add
     4 0 invoke read
     5 0 ok     read [1,2]`,
    false,
    'invalid',
    /1 refused element \(2\)/,
  ],
  [
    'invalid: twice in a read',
    `${ADDED}
     2 0 invoke read
     3 0 ok     read [1,1]`,
    false,
    'invalid',
    /1 duplicated element \(1\)/,
  ],
  [
    'invalid: two adds, and a read of only the second',
    OVERLAPPING,
    true,
    'invalid',
    /op 2?1 was over before op 3, and must come after it/,
  ],
  ['valid: the same where reads may be stale', OVERLAPPING, false, 'valid', /2 elements stable/],
  [
    'invalid: two reads, each without what the other has',
    INCOMPARABLE,
    true,
    'invalid',
    /reads of ops 2 and 3 lacks something/,
  ],
  ['valid: the same where reads may be stale', INCOMPARABLE, false, 'valid', /2 elements stable/],
  ['unknown: never read', ADDED, false, 'unknown', /no element was seen to stay, in 0 reads/],
];

describe('set-full', () => {
  test.each(cases)('%s (%#)', (_, history, linearizable, verdict, summary) => {
    const result = judged(ops(history), { linearizable });
    expect(result, history).toMatchObject({ verdict });
    expect(result.summary).toMatch(summary);
  });

  test('details of an element that was stale, and of one that was lost', () => {
    const { details } = judged(
      ops(`0  0 invoke add 1
           1  0 ok     add
           2  0 invoke add 2
           3  0 ok     add
           13 0 invoke read
           14 0 ok     read [2]
           20 0 invoke read
           21 0 ok     read [1]`),
    );
    expect(details).toMatchObject({ attempted: 2, acknowledged: 2, reads: 2, stable: 1, neverRead: 0 });
    expect(details.stale).toEqual({
      count: 1,
      first: [
        {
          element: 1,
          adds: [0],
          known: { index: 1, time: 1e6 },
          lastPresent: { index: 6, time: 20e6 },
          lastAbsent: { index: 4, time: 13e6 },
          latency: 12,
        },
      ],
    });
    expect(details.lost.first[0]).toMatchObject({ element: 2, latency: 10, lastAbsent: { index: 6 } });
    expect(details.stableLatency).toEqual({ p50: 12, p95: 12, p99: 12, max: 12 });
    expect(details.lostLatency).toMatchObject({ p50: 10, max: 10 });
  });
});

const growingSet: Apply<readonly Json[]> = (state, f, value) =>
  f === 'read' ? [state, state] : [[...new Set([...state, value!])], undefined];

const sameContent = (a: Json, b: Json): boolean =>
  JSON.stringify([...(a as number[])].sort()) === JSON.stringify([...(b as number[])].sort());

function isLinearizableSet(history: readonly Op[]): boolean {
  return hasOrder([], stepOf(growingSet, sameContent), operationsOf(history, ['read']), inRealTime);
}

const contents = fc.uniqueArray(fc.nat(3), { maxLength: 4 });

/** Histories of a correct set; reads answer what they saw, changed here and there. */
function histories(
  distinct: boolean,
  answers: fc.Arbitrary<readonly Json[] | undefined>,
): fc.Arbitrary<Op[]> {
  return fc
    .tuple(
      drawnCalls({ add: fc.nat(3), read: fc.constant(undefined) }, 8),
      fc.array(answers, { minLength: 8, maxLength: 8 }),
    )
    .map(([{ calls, schedule }, drawn]) => {
      let [adds, reads] = [0, 0];
      const asked = calls.map((call) => (call.f === 'add' && distinct ? { ...call, value: adds++ } : call));
      const drawnSet: Apply<readonly Json[]> = (state, f, value) =>
        f === 'read' ? [state, drawn[reads++] ?? state] : growingSet(state, f, value);
      return simulate([], drawnSet, asked, schedule);
    });
}

describe('properties of set-full', () => {
  const runs = { numRuns: 2000 };

  test('a correct set is never invalid', () => {
    fc.assert(
      fc.property(histories(false, fc.constant(undefined)), (history) => {
        for (const linearizable of [false, true]) {
          expect(verdictOf(history, linearizable), transcript(history)).not.toBe('invalid');
        }
      }),
      runs,
    );
  });

  test('of distinct elements: invalid exactly when no order explains it', () => {
    const answers = fc.option(contents, { nil: undefined, freq: 2 });
    let invalid = 0;
    fc.assert(
      fc.property(histories(true, answers), (history) => {
        const linearizable = isLinearizableSet(history);
        if (!linearizable) invalid++;
        expect(verdictOf(history, true) !== 'invalid', transcript(history)).toBe(linearizable);
      }),
      runs,
    );
    expect(invalid).toBeGreaterThan(runs.numRuns / 10);
  });

  test('of elements added repeatedly: what is invalid has no order that explains it', () => {
    const answers = fc.option(contents, { nil: undefined, freq: 2 });
    fc.assert(
      fc.property(histories(false, answers), (history) => {
        if (verdictOf(history, true) === 'invalid') {
          expect(isLinearizableSet(history), transcript(history)).toBe(false);
        }
      }),
      runs,
    );
  });
});

function verdictOf(history: readonly Op[], linearizable: boolean): string {
  return judge(setFull({ linearizable }), history).verdict;
}
