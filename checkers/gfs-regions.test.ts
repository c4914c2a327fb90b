import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { gfsRegions, type RegionDetails } from './gfs-regions.ts';
import type { ObjectsDetails } from './objects.ts';
import { STALENESS } from './staleness.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript } from './testing/simulate.ts';

/** ms; a read that begins so long after an acknowledgement has it. */
const LATE = STALENESS / 1e6;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: nothing before any write, then what was written',
    `0    0 invoke read x
     1    0 ok     read x null
     2    0 invoke write x "1"
     3    0 ok     write x "1"
     ${LATE + 3} 1 invoke read x
     ${LATE + 4} 1 ok     read x "1"`,
    'valid',
    /2 reads, each of a value that may be there/,
  ],
  [
    'valid: a read that is a little behind',
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke write "2"
     3 0 ok     write "2"
     ${LATE + 2} 1 invoke read
     ${LATE + 9} 1 ok     read "1"`,
    'valid',
    /1 read/,
  ],
  [
    'invalid: one that is too far behind',
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke write "2"
     3 0 ok     write "2"
     ${LATE + 3} 1 invoke read
     ${LATE + 9} 1 ok     read "1"`,
    'invalid',
    /a read \(op 4\) saw "1", though a later write \(op 2\) had been acknowledged long before/,
  ],
  [
    'invalid: an acknowledged write is gone',
    `0 0 invoke write x "1"
     1 0 ok     write x "1"
     ${LATE + 1} 1 invoke read x
     ${LATE + 2} 1 ok     read x null`,
    'invalid',
    /saw null, though a later write \(op 0\)/,
  ],
  [
    'valid: writes side by side leave either, now this one and now that',
    `0 0 invoke write "1"
     1 1 invoke write "2"
     2 0 ok     write "1"
     3 1 ok     write "2"
     ${LATE + 3} 0 invoke read
     ${LATE + 4} 0 ok     read "1"
     ${LATE + 5} 0 invoke read
     ${LATE + 6} 0 ok     read "2"
     ${LATE + 7} 0 invoke read
     ${LATE + 8} 0 ok     read "1"`,
    'valid',
    /3 reads/,
  ],
  [
    'invalid: a successful serial write ends that',
    `0 0 invoke write "1"
     1 1 invoke write "2"
     2 0 ok     write "1"
     3 1 ok     write "2"
     4 0 invoke write "3"
     5 0 ok     write "3"
     ${LATE + 5} 0 invoke read
     ${LATE + 6} 0 ok     read "2"`,
    'invalid',
    /saw "2", though a later write \(op 4\)/,
  ],
  [
    'valid: a write of unknown outcome may arrive at any later time',
    `0 0 invoke write "1"
     1 0 info   write "1"
     2 1 invoke write "2"
     3 1 ok     write "2"
     ${LATE + 3} 1 invoke read
     ${LATE + 4} 1 ok     read "1"
     ${LATE + 5} 1 invoke read
     ${LATE + 6} 1 ok     read "2"`,
    'valid',
    /2 reads/,
  ],
  [
    'invalid: a failed one may not',
    `0 0 invoke write "1"
     1 1 invoke read
     2 1 ok     read "1" @n3
     3 0 fail   write "1"`,
    'invalid',
    /a read \(op 1\) saw "1", whose write \(op 0\) failed/,
  ],
  [
    'invalid: nor after',
    `0 0 invoke write "1"
     1 0 fail   write "1"
     2 1 invoke read
     3 1 ok     read "1"`,
    'invalid',
    /whose write \(op 0\) failed/,
  ],
  [
    'invalid: a mixture',
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 1 invoke read
     3 1 ok     read {"torn":"k1=1;k1=2"}`,
    'invalid',
    /saw {"torn":"k1=1;k1=2"}, which nobody had begun to write here/,
  ],
  [
    'invalid: what is written only later',
    `0 1 invoke read
     1 1 ok     read "1"
     2 0 invoke write "1"
     3 0 ok     write "1"`,
    'invalid',
    /a read \(op 0\) saw "1", which nobody had begun/,
  ],
  [
    'invalid: of another region',
    `0 0 invoke write a "1"
     1 0 ok     write a "1"
     2 0 invoke read b
     3 0 ok     read b "1"`,
    'invalid',
    /"b": a read \(op 2\) saw "1"/,
  ],
  ['unknown: nothing was read', '0 0 invoke write "1"', 'unknown', /no read was answered/],
  [
    'unknown: a value is written twice',
    `0 0 invoke write "1"
     1 0 ok     write "1"
     2 0 invoke write "1"`,
    'unknown',
    /op 2 .*written once/,
  ],
];

function detailsOf(details: Json): RegionDetails {
  return (details as ObjectsDetails<RegionDetails>).objects[0]!.details!;
}

interface Whole {
  readonly invocation: Op;
  readonly completion: Op | undefined;
}

function wholes(history: readonly Op[]): Whole[] {
  return history
    .filter(({ type }) => type === 'invoke')
    .map((invocation) => ({
      invocation,
      completion: history.find(
        ({ index, process, type }) =>
          index > invocation.index && process === invocation.process && type !== 'invoke',
      ),
    }));
}

/** The definition, as it stands at the top of the checker. */
function isValid(history: readonly Op[]): boolean {
  const all = wholes(history);
  const writes = all.filter(({ invocation }) => invocation.f === 'write');
  const ended = ({ completion }: Whole): number =>
    completion === undefined || completion.type === 'info' ? Infinity : completion.index;
  return all.every((read) => {
    if (read.invocation.f !== 'read' || read.completion?.type !== 'ok') return true;
    const { value } = read.completion;
    const hides = (since: number): boolean =>
      writes.some(
        ({ invocation, completion }) =>
          completion?.type === 'ok' &&
          invocation.index > since &&
          completion.time + STALENESS <= read.invocation.time,
      );
    if (value === null) return !hides(-1);
    const seen = writes.find(({ invocation }) => invocation.value === value);
    return (
      seen !== undefined &&
      seen.invocation.index < read.completion.index &&
      seen.completion?.type !== 'fail' &&
      !hides(ended(seen))
    );
  });
}

/** Every write its own value; times so that some reads are late and others not. */
const histories = fc
  .record({
    drawn: drawnCalls({ write: fc.constant(undefined), read: fc.constant(undefined) }, 9),
    steps: fc.array(fc.constantFrom(1, STALENESS / 4, STALENESS), { minLength: 40, maxLength: 40 }),
  })
  .map(({ drawn: { calls, schedule }, steps }) => {
    const numbered = calls.map((call, n) => (call.f === 'write' ? { ...call, value: `${n}` } : call));
    const history = simulate<Json>(
      null,
      (state, f, value) => (f === 'write' ? [value ?? null, undefined] : [state, state]),
      numbered,
      schedule,
    );
    let time = 0;
    return history.map((op): Op => ({ ...op, time: (time += steps[op.index % steps.length]!) }));
  });

describe('gfs-regions', () => {
  test.each(cases)('%s', (_, text, verdict, summary) => {
    const result = judge(gfsRegions(), ops(text));
    expect(result, text).toMatchObject({ checker: 'gfs-regions', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('a register that is linearizable keeps to it', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { verdict, summary } = judge(gfsRegions(), history);
        expect(verdict, `${summary}\n${transcript(history)}`).not.toBe('invalid');
      }),
    );
  });

  test('invalid exactly where the definition is broken, whatever reads say', () => {
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.option(fc.nat(9), { nil: -1 }), { minLength: 40, maxLength: 40 }),
        (history, answers) => {
          const mutated = history.map((op): Op => {
            const answer = answers[op.index]!;
            if (op.f !== 'read' || op.type !== 'ok' || answer > 8) return op;
            return { ...op, value: answer < 0 ? null : `${answer}` };
          });
          const { verdict } = judge(gfsRegions(), mutated);
          verdicts[verdict]++;
          const expected = isValid(mutated) ? expect.stringMatching(/^(valid|unknown)$/) : 'invalid';
          expect(verdict, transcript(mutated)).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
    expect(verdicts.valid).toBeGreaterThan(100);
    expect(verdicts.invalid).toBeGreaterThan(100);
  });

  test('counts what it judged by', () => {
    const { details } = judge(
      gfsRegions(),
      ops(`0 0 invoke write x "1"
           1 0 ok     write x "1"
           2 0 invoke read x
           3 0 ok     read x "1" @n2
           ${LATE + 4} 0 invoke read x
           ${LATE + 5} 0 ok     read x null @n3
           ${LATE + 6} 0 invoke write x "2"`),
    );
    expect(detailsOf(details)).toEqual({
      writes: 2,
      acknowledged: 1,
      reads: 2,
      bounded: 1,
      bad: {
        count: 1,
        first: [{ read: 4, value: null, node: 'n3', why: 'lost', write: null, after: 0 }],
      },
    });
  });
});
