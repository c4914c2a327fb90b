import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import type { ObjectsDetails } from './objects.ts';
import { recordAppend, type RecordDetails } from './record-append.ts';
import { STALENESS } from './staleness.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript } from './testing/simulate.ts';

/** ms; a read that begins so long after an acknowledgement has it. */
const LATE = STALENESS / 1e6;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: where they were said to be, and once more elsewhere',
    `0 0 invoke append "1"
     1 1 invoke append "2"
     2 0 ok     append 40
     3 1 ok     append 20
     ${LATE + 3} 0 invoke records
     ${LATE + 4} 0 ok     records [[0,"1"],[20,"2"],[40,"1"]]`,
    'valid',
    /2 records acknowledged and where they were said to be, in 1 read/,
  ],
  [
    'valid: one of unknown outcome may be there, or not, or twice',
    `0 0 invoke append "1"
     1 0 info   append "1"
     2 1 invoke records
     3 1 ok     records []
     4 1 invoke records
     5 1 ok     records [[0,"1"],[20,"1"]]`,
    'valid',
    /0 records acknowledged/,
  ],
  [
    'valid: a read that is a little behind',
    `0 0 invoke append "1"
     1 0 ok     append 0
     ${LATE} 0 invoke records
     ${LATE + 9} 0 ok     records []`,
    'valid',
    /1 record acknowledged/,
  ],
  [
    'invalid: one that is too far behind',
    `0 0 invoke append "1"
     1 0 ok     append 0
     ${LATE + 1} 0 invoke records
     ${LATE + 9} 0 ok     records []`,
    'invalid',
    /a read \(op 2\) does not show "1" at offset 0, where it was acknowledged \(op 0\)/,
  ],
  [
    'invalid: it is there, but not where it was said to be',
    `0 0 invoke append "1"
     1 0 ok     append 0
     ${LATE + 1} 0 invoke records
     ${LATE + 9} 0 ok     records [[20,"1"]]`,
    'invalid',
    /does not show "1" at offset 0/,
  ],
  [
    'invalid: part of a record',
    `0 0 invoke append "1"
     1 1 invoke records
     2 1 ok     records [[0,{"torn":"k1=1;k"}]]`,
    'invalid',
    /a read \(op 1\) shows {"torn":"k1=1;k"} at offset 0, which nobody had begun to append/,
  ],
  [
    'invalid: of another file',
    `0 0 invoke append a "1"
     1 0 ok     append a 0
     2 1 invoke records b
     3 1 ok     records b [[0,"1"]]`,
    'invalid',
    /"b": a read \(op 2\) shows "1" at offset 0, which nobody had begun/,
  ],
  [
    'invalid: one that failed',
    `0 0 invoke append "1"
     1 1 invoke records
     2 1 ok     records [[0,"1"]]
     3 0 fail   append "1"`,
    'invalid',
    /shows "1" at offset 0, whose append \(op 0\) failed/,
  ],
  [
    'invalid: not in order',
    `0 0 invoke append "1"
     1 1 invoke append "2"
     2 2 invoke records
     3 2 ok     records [[20,"1"],[0,"2"]]`,
    'invalid',
    /shows "2" at offset 0, not after the record before it/,
  ],
  [
    'invalid: nor two in one place',
    `0 0 invoke append "1"
     1 1 invoke append "2"
     2 2 invoke records
     3 2 ok     records [[20,"1"],[20,"2"]]`,
    'invalid',
    /shows "2" at offset 20, not after the record before it/,
  ],
  [
    'invalid: one offset for two',
    `0 0 invoke append "1"
     1 0 ok     append 0
     2 1 invoke append "2"
     3 1 ok     append 0`,
    'invalid',
    /two records were acknowledged at offset 0 \(ops 0 and 2\)/,
  ],
  ['unknown: nothing was read', '0 0 invoke append "1"', 'unknown', /no read was answered/],
  [
    'unknown: an answer without an offset',
    `0 0 invoke append "1"
     1 0 ok     append "1"`,
    'unknown',
    /op 1 .*expected an offset/,
  ],
];

type Records = readonly (readonly [number, string])[];

const SIZE = 20;

/** A file that appends each record once, or twice where the draw says so, and answers the last. */
function appendTo(
  records: Records,
  f: string,
  value: Json | undefined,
): readonly [Records, Json | undefined] {
  if (f === 'records') return [records, records];
  const times = Number(value) % 3 === 0 ? 2 : 1;
  const grown = Array.from(
    { length: times },
    (_, n) => [SIZE * (records.length + n), String(value)] as const,
  );
  return [[...records, ...grown], grown.at(-1)![0]];
}

const histories = fc
  .record({
    drawn: drawnCalls({ append: fc.constant(undefined), records: fc.constant(undefined) }, 9),
    steps: fc.array(fc.constantFrom(1, STALENESS / 4, STALENESS), { minLength: 40, maxLength: 40 }),
  })
  .map(({ drawn: { calls, schedule }, steps }) => {
    const numbered = calls.map((call, n) => (call.f === 'append' ? { ...call, value: `${n}` } : call));
    let time = 0;
    return simulate<Records>([], appendTo, numbered, schedule).map((op): Op => ({
      ...op,
      time: (time += steps[op.index % steps.length]!),
    }));
  });

/** The definition, as it stands at the top of the checker. */
function isValid(history: readonly Op[]): boolean {
  const end = ({ index, process }: Op): Op | undefined =>
    history.find((op) => op.index > index && op.process === process && op.type !== 'invoke');
  const appends = history
    .filter(({ type, f }) => type === 'invoke' && f === 'append')
    .map((invocation) => ({ ...invocation, end: end(invocation) }));
  const acknowledged = appends.filter(({ end }) => end?.type === 'ok');
  const offsets = acknowledged.map(({ end }) => end!.value);
  if (new Set(offsets).size < offsets.length) return false;
  return history.every((op) => {
    const read = op.f === 'records' && op.type === 'invoke' ? end(op) : undefined;
    if (read?.type !== 'ok') return true;
    const records = read.value as Records;
    const isKnown = records.every(([, record]) =>
      appends.some(({ value, index, end }) => value === record && index < read.index && end?.type !== 'fail'),
    );
    const isInOrder = records.every(([offset], n) => n === 0 || offset > records[n - 1]![0]);
    const isWhole = acknowledged.every(
      ({ value, end }) =>
        end!.time + STALENESS > op.time ||
        records.some(([offset, record]) => offset === end!.value && record === value),
    );
    return isKnown && isInOrder && isWhole;
  });
}

/** What may go wrong with one answer. */
const mutations: readonly ((op: Op, n: number) => Json)[] = [
  ({ value }, n) => (value as Records).filter((_, at) => at !== n),
  ({ value }, n) =>
    (value as Records).map(([offset, record], at) => [at === n ? offset + 1 : offset, record]),
  ({ value }, n) => (value as Records).map(([offset, record], at) => [offset, at === n ? '8' : record]),
  ({ value }, n) => [...(value as Records), [SIZE * 99, String(n)]],
  ({ value }) => [...(value as Records)].reverse(),
];

describe('record-append', () => {
  test.each(cases)('%s', (_, text, verdict, summary) => {
    const result = judge(recordAppend(), ops(text));
    expect(result, text).toMatchObject({ checker: 'record-append', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('a file that appends at least once, and is never behind, keeps to it', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { verdict, summary } = judge(recordAppend(), history);
        expect(verdict, `${summary}\n${transcript(history)}`).not.toBe('invalid');
      }),
    );
  });

  test('invalid exactly where the definition is broken', () => {
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.nat(4 * mutations.length), { minLength: 40, maxLength: 40 }),
        fc.nat(5),
        (history, draws, n) => {
          const mutated = history.map((op): Op => {
            if (op.type !== 'ok') return op;
            if (op.f === 'append') return draws[op.index] === 0 ? { ...op, value: SIZE * n } : op;
            const mutate = mutations[draws[op.index]!];
            return mutate ? { ...op, value: mutate(op, n) } : op;
          });
          const { verdict } = judge(recordAppend(), mutated);
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

  test('counts duplicates of the last read', () => {
    const { details } = judge(
      recordAppend(),
      ops(`0 0 invoke append "1"
           1 1 invoke append "2"
           2 2 invoke records
           3 2 ok     records [[0,"1"],[20,"1"],[40,"2"],[60,"1"]]`),
    );
    expect((details as ObjectsDetails<RecordDetails>).objects[0]!.details).toEqual({
      appended: 2,
      acknowledged: 0,
      reads: 1,
      duplicates: 2,
      bad: { count: 0, first: [] },
    });
  });
});
