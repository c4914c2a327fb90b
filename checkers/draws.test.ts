/** Small histories, with the verdict in the name; and any history against every explanation that there is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { Draws } from './draws.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { simulate, transcript, type Call } from './testing/simulate.ts';

describe('draws', () => {
  test.each<[name: string, history: string, verdict: string, summary: RegExp]>([
    [
      'valid: read what was drawn',
      `0 0 invoke read x
       1 0 ok     read x null
       2 0 invoke draw x
       3 0 ok     draw x "a"
       4 1 invoke read x
       5 1 ok     read x "a"`,
      'valid',
      /1 token drawn; 3 operations/,
    ],
    [
      'invalid: another replica knows another token',
      `0 0 invoke draw x
       1 0 ok     draw x "a"
       2 1 invoke read x
       3 1 ok     read x "b"`,
      'invalid',
      /"b", read in op 3, was drawn by nobody/,
    ],
    [
      'invalid: drawn twice',
      `0 0 invoke draw x
       1 0 ok     draw x "a"
       2 1 invoke draw y
       3 1 ok     draw y "a"`,
      'invalid',
      /"a" was drawn twice \(ops 1, 3\)/,
    ],
    [
      'invalid: drawn for another key',
      `0 0 invoke draw x
       1 0 ok     draw x "a"
       2 1 invoke read y
       3 1 ok     read y "a"`,
      'invalid',
      /drawn for another key \(op 1\)/,
    ],
    [
      'invalid: an older token after a newer one was drawn',
      `0 0 invoke draw x
       1 0 ok     draw x "a"
       2 0 invoke draw x
       3 0 ok     draw x "b"
       4 1 invoke read x
       5 1 ok     read x "a"`,
      'invalid',
      /not linearizable/,
    ],
    [
      'valid: a draw that nobody answered may show later',
      `0 0 invoke draw x
       1 0 info   draw x
       2 1 invoke read x
       3 1 ok     read x null
       4 1 invoke read x
       5 1 ok     read x "a"`,
      'valid',
      /0 tokens drawn; 3 operations/,
    ],
    [
      'invalid: it shows as two tokens',
      `0 0 invoke draw x
       1 0 info   draw x
       2 1 invoke read x
       3 1 ok     read x "a"
       4 1 invoke read x
       5 1 ok     read x "b"`,
      'invalid',
      /"b", read in op 5, was drawn by nobody/,
    ],
    [
      'invalid: it shows, is drawn over, and shows again',
      `0 0 invoke draw x
       1 0 info   draw x
       2 1 invoke read x
       3 1 ok     read x "a"
       4 2 invoke draw x
       5 2 ok     draw x "b"
       6 1 invoke read x
       7 1 ok     read x "a"`,
      'invalid',
      /not linearizable/,
    ],
    [
      'invalid: read before anybody asked for it',
      `0 1 invoke read x
       1 1 ok     read x "a"
       2 0 invoke draw x
       3 0 info   draw x`,
      'invalid',
      /"a", read in op 1, was drawn by nobody/,
    ],
    [
      'invalid: a draw that failed drew nothing',
      `0 0 invoke draw x
       1 0 fail   draw x
       2 1 invoke read x
       3 1 ok     read x "a"`,
      'invalid',
      /drawn by nobody/,
    ],
    [
      'unknown: a token is missing',
      `0 0 invoke draw x
       1 0 ok     draw x`,
      'unknown',
      /op 1 .*expected a token/,
    ],
    ['unknown: another function', '0 0 invoke write x 1', 'unknown', /op 0 .*expected read, draw/],
  ])('%s', async (_, text, verdict, summary) => {
    const result = await judge(new Draws(), ops(text));
    expect(result, text).toMatchObject({ checker: 'draws', verdict });
    expect(result.summary).toMatch(summary);
  });

  const calls: fc.Arbitrary<Call[]> = fc.array(
    fc.record({
      f: fc.constantFrom('read', 'read', 'draw'),
      process: fc.nat(2),
      end: fc.constantFrom<Call['end'][]>('ok', 'ok', 'ok', 'info', 'info', 'fail'),
    }),
    { minLength: 1, maxLength: 7 },
  );
  const schedules = fc.array(fc.nat(20), { maxLength: 40 });

  test('what a correct system answers is valid', async () => {
    await fc.assert(
      fc.asyncProperty(calls, schedules, async (made, schedule) => {
        const history = drawn(made, schedule);
        const expected = history.some(({ type }) => type === 'ok') ? 'valid' : 'unknown';
        expect((await judge(new Draws(), history)).verdict, transcript(history)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('invalid exactly when nothing explains it, whatever is read instead', async () => {
    const verdicts = { valid: 0, invalid: 0 };
    await fc.assert(
      fc.asyncProperty(
        calls,
        schedules,
        fc.array(fc.tuple(fc.nat(30), fc.constantFrom<Json[]>(null, 't1', 't2', 't3', 'u')), {
          maxLength: 3,
        }),
        async (made, schedule, changes) => {
          const history = drawn(made, schedule);
          for (const [at, value] of changes) {
            const reads = history.filter(({ f, type }) => f === 'read' && type === 'ok');
            const read = reads[at % Math.max(1, reads.length)];
            if (read !== undefined) history[read.index] = { ...read, value };
          }
          // Where nobody was told anything there is nothing to judge.
          if (!history.some(({ type }) => type === 'ok')) return;
          const expected = isExplained(history) ? 'valid' : 'invalid';
          verdicts[expected]++;
          expect((await judge(new Draws(), history)).verdict, transcript(history)).toBe(expected);
        },
      ),
      { numRuns: 1500, seed: 7 },
    );
    expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(200);
  });
});

/** Tokens are `t1`, `t2`, … as they are drawn. */
function drawn(calls: readonly Call[], schedule: readonly number[]): Op[] {
  const init: { readonly token: string | null; readonly count: number } = { token: null, count: 0 };
  return simulate(
    init,
    (state, f) => {
      if (f === 'read') return [state, state.token];
      const token = `t${state.count + 1}`;
      return [{ token, count: state.count + 1 }, token];
    },
    calls,
    schedule,
  );
}

interface Step {
  readonly f: string;
  readonly from: number;
  readonly to: number;
  /** Undefined: not known. */
  readonly answer: Json | undefined;
}

/** Tries every order, and every token for a draw whose answer is not known. */
function isExplained(history: readonly Op[]): boolean {
  const steps = history.flatMap((op): Step[] => {
    if (op.type !== 'invoke') return [];
    const end = history.find(
      ({ index, process, type }) => index > op.index && process === op.process && type !== 'invoke',
    );
    if (end?.type === 'fail' || (op.f === 'read' && end?.type !== 'ok')) return [];
    const isKnown = end?.type === 'ok';
    return [
      {
        f: op.f,
        from: op.index,
        to: isKnown ? end.index : Infinity,
        answer: isKnown ? (end.value ?? null) : undefined,
      },
    ];
  });
  const known = steps.flatMap(({ f, answer }) => (f === 'draw' && answer !== undefined ? [answer] : []));
  if (new Set(known).size < known.length) return false;
  const shown = [
    ...new Set(steps.flatMap(({ f, answer }) => (f === 'read' && answer !== null ? [answer!] : []))),
  ];
  const search = (left: readonly Step[], token: Json, used: readonly Json[]): boolean => {
    if (left.every(({ to }) => to === Infinity)) return true;
    return left.some((next) => {
      const others = left.filter((one) => one !== next);
      if (others.some(({ to }) => to < next.from)) return false;
      if (next.f === 'read') return next.answer === token && search(others, token, used);
      if (next.answer !== undefined) return search(others, next.answer, used);
      const fresh = shown.filter((one) => !known.includes(one) && !used.includes(one));
      return ['never shown', ...fresh].some((one) => search(others, one, [...used, one]));
    });
  };
  return search(steps, null, []);
}
