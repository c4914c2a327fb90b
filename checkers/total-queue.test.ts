import fc from 'fast-check';
import { ILLEGAL } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import type { ObjectsDetails } from './objects.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript, type Apply } from './testing/simulate.ts';
import { hasOrder, inRealTime, operationsOf, type Step } from './testing/some-order.ts';
import { totalQueue, type TotalQueueDetails } from './total-queue.ts';

const PUT = `0 0 invoke enqueue 1
             1 0 ok     enqueue`;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: what went in came out',
    `${PUT}
     2 0 invoke dequeue
     3 0 ok     dequeue 1`,
    'valid',
    /all of 1 acknowledged element came out, 1 in all/,
  ],
  [
    'valid: it came out in a drain',
    `${PUT}
     2 0 invoke drain
     3 0 ok     drain [1]`,
    'valid',
    /came out/,
  ],
  [
    'invalid: a drain, and it did not come out',
    `${PUT}
     2 0 invoke drain
     3 0 ok     drain []`,
    'invalid',
    /1 lost element \(1\)/,
  ],
  ['unknown: it may still be in there', PUT, 'unknown', /1 acknowledged element did not come out; no drain/],
  [
    'unknown: added while the drain was under way',
    `0 1 invoke drain
     1 0 invoke enqueue 1
     2 0 ok     enqueue
     3 1 ok     drain []`,
    'unknown',
    /no drain after that/,
  ],
  [
    'unknown: a drain that failed shows nothing',
    `${PUT}
     2 0 invoke drain
     3 0 fail   drain`,
    'unknown',
    /no drain after that/,
  ],
  [
    'unknown: a dequeue of unknown outcome may have taken it',
    `${PUT}
     2 1 invoke dequeue
     3 1 info   dequeue
     4 0 invoke drain
     5 0 ok     drain []`,
    'unknown',
    /removals of unknown outcome may have taken as many/,
  ],
  [
    'invalid: but not two of them',
    `${PUT}
     2 0 invoke enqueue 2
     3 0 ok     enqueue
     4 1 invoke dequeue
     5 1 info   dequeue
     6 0 invoke drain
     7 0 ok     drain []`,
    'invalid',
    /2 lost elements \(1\)/,
  ],
  [
    'unknown: a drain of unknown outcome may have taken all',
    `${PUT}
     2 0 invoke enqueue 2
     3 0 ok     enqueue
     4 1 invoke drain
     5 1 info   drain
     6 0 invoke drain
     7 0 ok     drain []`,
    'unknown',
    /2 acknowledged elements did not come out; removals/,
  ],
  [
    'invalid: from nowhere',
    `${PUT}
     2 0 invoke drain
     3 0 ok     drain [1,7]`,
    'invalid',
    /1 unexpected element \(7\)/,
  ],
  [
    'invalid: before it was put in',
    `0 0 invoke dequeue
     1 0 ok     dequeue 1
     2 0 invoke enqueue 1
     3 0 ok     enqueue`,
    'invalid',
    /1 unexpected element \(1\)/,
  ],
  [
    'invalid: its enqueue failed',
    `${PUT}
     2 0 invoke enqueue 2
     3 0 fail   enqueue
     4 0 invoke drain
     5 0 ok     drain [1,2]`,
    'invalid',
    /1 refused element \(2\)/,
  ],
  [
    'valid: its enqueue is of unknown outcome',
    `${PUT}
     2 1 invoke enqueue 2
     3 1 info   enqueue
     4 0 invoke drain
     5 0 ok     drain [1,2]`,
    'valid',
    /2 in all, 1 recovered/,
  ],
  [
    'valid: it came out twice',
    `${PUT}
     2 0 invoke drain
     3 0 ok     drain [1,1]`,
    'valid',
    /1 more than once/,
  ],
  [
    'valid: the same element, put in twice',
    `${PUT}
     2 0 invoke enqueue 1
     3 0 ok     enqueue
     4 0 invoke drain
     5 0 ok     drain [1,1]`,
    'valid',
    /all of 2 acknowledged elements came out, 2 in all$/,
  ],
  [
    'invalid: the same element, put in twice and out once',
    `${PUT}
     2 0 invoke enqueue 1
     3 0 ok     enqueue
     4 0 invoke drain
     5 0 ok     drain [1]`,
    'invalid',
    /1 lost element/,
  ],
  [
    'unknown: nothing went in',
    `0 0 invoke drain
     1 0 ok     drain []`,
    'unknown',
    /no enqueue was acknowledged/,
  ],
  [
    'unknown: a drain that is no list',
    `0 0 invoke drain
     1 0 ok     drain 1`,
    'unknown',
    /op 1 .*expected the list/,
  ],
];

function detailsOf(details: Json): TotalQueueDetails {
  return (details as ObjectsDetails<TotalQueueDetails>).objects[0]!.details!;
}

describe('total-queue', () => {
  test.each(cases)('%s', (_, history, verdict, summary) => {
    const result = judge(totalQueue(), ops(history));
    expect(result, history).toMatchObject({ checker: 'total-queue', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('duplicates are violations where that is asked for', () => {
    const history = ops(`${PUT}
                         2 0 invoke drain
                         3 0 ok     drain [1,1,1]`);
    const { verdict, summary, details } = judge(totalQueue({ duplicates: 'violation' }), history);
    expect({ verdict, summary }).toEqual({ verdict: 'invalid', summary: '1 duplicated element (1)' });
    expect(detailsOf(details).duplicated).toEqual({ count: 1, first: [{ element: 1, times: 2 }] });
  });

  test('refused elements are only counted where that is asked for', () => {
    const history = ops(`${PUT}
                         2 0 invoke enqueue 2
                         3 0 fail   enqueue
                         4 0 invoke drain
                         5 0 ok     drain [1,2]`);
    const { verdict, details } = judge(totalQueue({ refused: 'report' }), history);
    expect(verdict).toBe('valid');
    expect(detailsOf(details).refused).toEqual({ count: 1, first: [{ element: 2, times: 1 }] });
  });
});

/** A queue in no order; this one takes out the last. */
const bag: Apply<readonly Json[]> = (content, f, value) => {
  if (f === 'enqueue') return [[...content, value!], undefined];
  if (f === 'drain') return [[], content];
  return [content.slice(0, -1), content.at(-1) ?? null];
};

/** The same by what is known of it: a removal of unknown outcome takes what is missed later. */
const bagStep: Step<{ readonly content: readonly Json[]; readonly mayTake: number }> = (
  { content, mayTake },
  { f, value },
  output,
) => {
  if (f === 'enqueue') return { content: [...content, value!], mayTake };
  if (output === undefined) return { content, mayTake: mayTake + (f === 'drain' ? Infinity : 1) };
  const taken = f === 'drain' ? (output.value as readonly Json[]) : [output.value ?? null];
  if (f === 'dequeue' && taken[0] === null) return { content, mayTake };
  const left = [...content];
  for (const element of taken) {
    const at = left.indexOf(element);
    if (at < 0) return ILLEGAL;
    left.splice(at, 1);
  }
  if (f === 'dequeue') return { content: left, mayTake };
  return left.length > mayTake ? ILLEGAL : { content: [], mayTake: mayTake - left.length };
};

const FEW = { enqueue: fc.nat(3), dequeue: fc.constant(undefined), drain: fc.constant(undefined) };
const drawn = drawnCalls(FEW, 10);

/** And a drain when all is over. */
function historyOf(
  { calls, schedule }: { calls: Parameters<typeof simulate>[2]; schedule: readonly number[] },
  apply = bag,
): Op[] {
  let left: readonly Json[] = [];
  const history = simulate<readonly Json[]>(
    [],
    (content, f, value) => {
      const [after, answer] = apply(content, f, value);
      left = after;
      return [after, answer];
    },
    calls,
    schedule,
  );
  const drain = { process: 1000, f: 'drain' };
  const [index, time] = [history.length, history.length * 1e6];
  return [
    ...history,
    { index, time, type: 'invoke', ...drain },
    { index: index + 1, time, type: 'ok', ...drain, value: left },
  ];
}

describe('properties of total-queue', () => {
  const runs = { numRuns: 1000 };
  const strict = { duplicates: 'violation' } as const;

  test('a correct queue is never invalid, and valid where every removal is known', () => {
    fc.assert(
      fc.property(drawn, (calls) => {
        const history = historyOf(calls);
        const { verdict, details } = judge(totalQueue(strict), history);
        expect(verdict, transcript(history)).not.toBe('invalid');
        const { acknowledged, excused } = detailsOf(details);
        if (acknowledged > 0 && excused === 0) expect(verdict, transcript(history)).toBe('valid');
      }),
      runs,
    );
  });

  test('a queue that forgets one acknowledged element, and knows of every removal, is invalid', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), (calls, pick) => {
        const history = historyOf(calls);
        const { excused, recovered } = detailsOf(judge(totalQueue(), history).details);
        const drained = history.at(-1)!;
        const content = drained.value as readonly Json[];
        // An element that may be another's recovered twin is not surely lost.
        fc.pre(content.length > 0 && excused === 0 && recovered.count === 0);
        const without = content.filter((_, at) => at !== pick % content.length);
        const forgetful = [...history.slice(0, -1), { ...drained, value: without }];
        expect(judge(totalQueue(), forgetful).verdict, transcript(forgetful)).toBe('invalid');
      }),
      runs,
    );
  });

  test('what is invalid has no order that explains it', () => {
    const mutated = fc.record({ calls: drawnCalls(FEW, 5), value: fc.nat(4), at: fc.nat() });
    const explained = (history: readonly Op[]): boolean =>
      hasOrder({ content: [], mayTake: 0 }, bagStep, operationsOf(history, []), inRealTime);
    let invalid = 0;
    fc.assert(
      fc.property(mutated, ({ calls, value, at }) => {
        const history = historyOf(calls);
        const answers = history.filter(({ f, type }) => f === 'dequeue' && type === 'ok');
        const changed = answers[at % Math.max(1, answers.length)];
        const answering = history.map((op) => (op === changed ? { ...op, value } : op));
        if (judge(totalQueue(strict), answering).verdict !== 'invalid') return;
        invalid++;
        expect(explained(answering), transcript(answering)).toBe(false);
      }),
      runs,
    );
    expect(invalid).toBeGreaterThan(runs.numRuns / 20);
  });
});
