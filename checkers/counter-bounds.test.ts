import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { counterBounds, type CounterDetails } from './counter-bounds.ts';
import type { ObjectsDetails } from './objects.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript, type Apply } from './testing/simulate.ts';
import { hasOrder, inRealTime, operationsOf, stepOf } from './testing/some-order.ts';

const DECREMENT_AFTER = `0 0 invoke add 5
                         1 1 invoke read
                         2 0 ok     add
                         3 0 invoke add -3
                         4 0 ok     add
                         5 1 ok     read `;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: the sum of what succeeded',
    `0 0 invoke add 2
     1 0 ok     add
     2 0 invoke read
     3 0 ok     read 2`,
    'valid',
    /1 read within bounds/,
  ],
  [
    'invalid: less than what succeeded',
    `0 0 invoke add 2
     1 0 ok     add
     2 0 invoke read
     3 0 ok     read 0`,
    'invalid',
    /op 3 read 0, where the counter was from 2 to 2/,
  ],
  [
    'valid: an add under way, seen',
    `0 0 invoke add 2
     1 1 invoke read
     2 1 ok     read 2
     3 0 ok     add`,
    'valid',
    /1 read/,
  ],
  [
    'valid: an add under way, not seen',
    `0 1 invoke read
     1 0 invoke add 2
     2 0 ok     add
     3 1 ok     read 0`,
    'valid',
    /1 read/,
  ],
  [
    'invalid: an add that failed while the read was under way, seen',
    `0 0 invoke add 2
     1 1 invoke read
     2 1 ok     read 2
     3 0 fail   add`,
    'invalid',
    /from 0 to 0/,
  ],
  [
    'valid: an add of unknown outcome, seen later, or not',
    `0 0 invoke add 2
     1 0 info   add
     2 1 invoke read
     3 1 ok     read 0
     4 1 invoke read
     5 1 ok     read 2`,
    'valid',
    /2 reads/,
  ],
  [
    'valid: an add that never completed, seen',
    `0 0 invoke add 2
     1 1 invoke read
     2 1 ok     read 2`,
    'valid',
    /1 read/,
  ],
  [
    'valid: a decrement of unknown outcome lowers the lower bound',
    `0 0 invoke add -2
     1 0 info   add
     2 1 invoke read
     3 1 ok     read -2`,
    'valid',
    /1 read/,
  ],
  [
    'invalid: a decrement that succeeded was forgotten',
    `0 0 invoke add -2
     1 0 ok     add
     2 0 invoke read
     3 0 ok     read 0`,
    'invalid',
    /from -2 to -2/,
  ],
  ['valid: before the decrement', `${DECREMENT_AFTER} 5`, 'valid', /1 read/],
  ['valid: before both', `${DECREMENT_AFTER} 0`, 'valid', /1 read/],
  [
    'invalid: the decrement without the increment before it',
    `${DECREMENT_AFTER} -3`,
    'invalid',
    /from 0 to 5/,
  ],
  [
    'invalid: two such reads',
    `0 0 invoke read
     1 0 ok     read 1
     2 0 invoke read
     3 0 ok     read 2`,
    'invalid',
    /op 1 read 1, .* and 1 more such read$/,
  ],
  ['unknown: never read', '0 0 invoke add 1', 'unknown', /never read/],
  [
    'unknown: not a number',
    `0 0 invoke read
     1 0 ok     read "1"`,
    'unknown',
    /op 1 .*expected an integer/,
  ],
  [
    'unknown: sums that are not exact',
    `0 0 invoke add 9007199254740991
     1 0 ok     add
     2 0 invoke add 2
     3 0 ok     add
     4 0 invoke read
     5 0 ok     read 0`,
    'unknown',
    /beyond what numbers can hold/,
  ],
];

describe('counter', () => {
  test.each(cases)('%s', (_, history, verdict, summary) => {
    const result = judge(counterBounds(), ops(history));
    expect(result, history).toMatchObject({ checker: 'counter', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('starts where it is said to', () => {
    const history = ops(`0 0 invoke read
                         1 0 ok     read 7`);
    expect(judge(counterBounds({ initial: 7 }), history).verdict).toBe('valid');
  });

  test('errors are listed with their bounds', () => {
    const { details } = judge(counterBounds(), ops(`${DECREMENT_AFTER} 6`));
    expect((details as ObjectsDetails<CounterDetails>).objects[0]!.details).toEqual({
      adds: 2,
      reads: 1,
      errors: { count: 1, first: [{ invoked: 1, completed: 5, lower: 0, value: 6, upper: 5 }] },
      final: { lower: 2, upper: 2 },
    });
  });
});

const counter: Apply<number> = (sum, f, value) =>
  f === 'read' ? [sum, sum] : [sum + Number(value), undefined];

/** Histories of a correct counter; some reads answer something else. */
function histories(answers: fc.Arbitrary<number | undefined>): fc.Arbitrary<Op[]> {
  return fc
    .tuple(
      drawnCalls({ add: fc.constantFrom(-4, -1, 1, 2, 8), read: fc.constant(undefined) }, 8),
      fc.array(answers, { minLength: 8, maxLength: 8 }),
    )
    .map(([{ calls, schedule }, drawn]) => {
      let reads = 0;
      const drawnCounter: Apply<number> = (sum, f, value) =>
        f === 'read' ? [sum, sum + (drawn[reads++] ?? 0)] : counter(sum, f, value);
      return simulate(0, drawnCounter, calls, schedule);
    });
}

function isLinearizableCounter(history: readonly Op[]): boolean {
  const same = (a: Json, b: Json): boolean => a === b;
  return hasOrder(0, stepOf(counter, same), operationsOf(history, ['read']), inRealTime);
}

/** With all other reads left out, so that only what one of them says is judged. */
function withOneRead(history: readonly Op[], process: Op['process'], invoked: number): Op[] {
  const [at, end] = [invoked, history.findIndex((op) => op.index > invoked && op.process === process)];
  return history.filter(({ f, index }) => f !== 'read' || index === at || index === end);
}

describe('properties of counter', () => {
  const runs = { numRuns: 2000 };

  test('a correct counter is never invalid', () => {
    fc.assert(
      fc.property(histories(fc.constant(undefined)), (history) => {
        expect(judge(counterBounds(), history).verdict, transcript(history)).not.toBe('invalid');
      }),
      runs,
    );
  });

  test('what is invalid has no order that explains it', () => {
    const answers = fc.option(fc.constantFrom(-16, -2, 1, 3, 16), { nil: undefined, freq: 2 });
    let invalid = 0;
    fc.assert(
      fc.property(histories(answers), (history) => {
        if (judge(counterBounds(), history).verdict !== 'invalid') return;
        invalid++;
        expect(isLinearizableCounter(history), transcript(history)).toBe(false);
      }),
      runs,
    );
    expect(invalid).toBeGreaterThan(runs.numRuns / 10);
  });

  test('bounds are the least and the greatest that an order explains', () => {
    fc.assert(
      fc.property(histories(fc.constant(undefined)), fc.nat(), (history, pick) => {
        const reads = history.filter(({ f, type }) => f === 'read' && type === 'ok');
        fc.pre(reads.length > 0);
        const { index, process } = reads[pick % reads.length]!;
        const invoked = history.findLast((op) => op.process === process && op.index < index)!.index;
        const alone = withOneRead(history, process, invoked);
        const answering = (value: number): Op[] =>
          alone.map((op) => (op.index === index ? { ...op, value } : op));
        const explained: number[] = [];
        for (let value = -64; value <= 64; value++) {
          if (isLinearizableCounter(answering(value))) explained.push(value);
        }
        for (const [value, valid] of [
          [Math.min(...explained), true],
          [Math.max(...explained), true],
          [Math.min(...explained) - 1, false],
          [Math.max(...explained) + 1, false],
        ] as const) {
          const { verdict } = judge(counterBounds(), answering(value));
          expect(verdict, transcript(answering(value))).toBe(valid ? 'valid' : 'invalid');
        }
      }),
      { numRuns: 150 },
    );
  });
});
