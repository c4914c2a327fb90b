/** Small histories, with the verdict in the name; and any history against every order that there is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Op } from '../harness/history/op.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { transcript } from './testing/simulate.ts';
import { ticks } from './ticks.ts';

describe('ticks', () => {
  test.each<[name: string, history: string, verdict: string, summary: RegExp]>([
    [
      'valid: one after the other, some alike',
      `0 0 invoke tick
       1 0 ok     tick 5
       2 1 invoke tick
       3 1 ok     tick 5
       4 0 invoke tick
       5 0 ok     tick 7`,
      'valid',
      /3 times, none earlier/,
    ],
    [
      'invalid: asked later, told an earlier time',
      `0 0 invoke tick
       1 0 ok     tick 7
       2 1 invoke tick
       3 1 ok     tick 5`,
      'invalid',
      /5 \(op 3\) was told to one who asked after 7 \(op 1\)/,
    ],
    [
      'valid: asked before the later time was told',
      `0 0 invoke tick
       1 1 invoke tick
       2 0 ok     tick 7
       3 1 ok     tick 5`,
      'valid',
      /2 times/,
    ],
    [
      'invalid: the latest told counts, not the last',
      `0 0 invoke tick
       1 1 invoke tick
       2 0 ok     tick 7
       3 1 ok     tick 5
       4 0 invoke tick
       5 0 ok     tick 6`,
      'invalid',
      /6 \(op 5\) .* 7 \(op 2\)/,
    ],
    [
      'valid: what failed and what is unknown told nothing',
      `0 0 invoke tick
       1 0 ok     tick 7
       2 1 invoke tick
       3 1 info   tick 5
       4 2 invoke tick
       5 2 fail   tick 5
       6 3 invoke tick`,
      'valid',
      /1 time,/,
    ],
    ['unknown: nothing told', '0 0 invoke tick', 'unknown', /no time was told/],
    [
      'unknown: no number',
      `0 0 invoke tick
       1 0 ok     tick "noon"`,
      'unknown',
      /op 1 .*expected a time/,
    ],
  ])('%s', (_, text, verdict, summary) => {
    const result = judge(ticks(), ops(text));
    expect(result, text).toMatchObject({ checker: 'ticks', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('invalid exactly when there is no order in which time does not run backwards', () => {
    const verdicts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.record({ process: fc.nat(2), time: fc.nat(3), lasts: fc.nat(3) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (asked) => {
          const history = historyOf(asked);
          const { verdict } = judge(ticks(), history);
          const expected = hasOrder(history) ? 'valid' : 'invalid';
          verdicts[expected]++;
          expect(verdict, transcript(history)).toBe(expected);
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
    // Both kinds came up.
    expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(100);
  });
});

/** Questions one after the other; each is answered after so many more were asked, or before its process asks again. */
function historyOf(asked: readonly { process: number; time: number; lasts: number }[]): Op[] {
  const history: Op[] = [];
  const open: { process: number; time: number; left: number }[] = [];
  const record = (process: number, type: Op['type'], value?: number): void => {
    const index = history.length;
    history.push({ index, time: index, process, type, f: 'tick', ...(value !== undefined && { value }) });
  };
  const answer = (which: (one: (typeof open)[number]) => boolean): void => {
    for (const one of open.filter(which)) {
      open.splice(open.indexOf(one), 1);
      record(one.process, 'ok', one.time);
    }
  };
  for (const { process, time, lasts } of asked) {
    answer((one) => one.process === process || one.left-- <= 0);
    record(process, 'invoke');
    open.push({ process, time, left: lasts });
  }
  answer(() => true);
  return history;
}

/** Tries every order that real time allows. */
function hasOrder(history: readonly Op[]): boolean {
  const answers = history.flatMap((op) => {
    if (op.type !== 'ok') return [];
    const invoked = history.findLast(
      ({ index, process, type }) => index < op.index && process === op.process && type === 'invoke',
    );
    return [{ from: invoked!.index, to: op.index, time: Number(op.value) }];
  });
  const search = (left: typeof answers, clock: number): boolean =>
    left.length === 0 ||
    left.some((next) => {
      const others = left.filter((one) => one !== next);
      if (next.time < clock || others.some(({ to }) => to < next.from)) return false;
      return search(others, next.time);
    });
  return search(answers, -Infinity);
}
