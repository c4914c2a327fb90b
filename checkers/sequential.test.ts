import fc from 'fast-check';
import { ILLEGAL, kv, register } from 'porcupine-ts';
import { describe, expect, test } from 'vitest';
import { type Json, type Op } from '../harness/history/op.ts';
import { Sequential, type SequentialDetails } from './sequential.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';
import { drawnCalls, simulate, transcript, type Apply } from './testing/simulate.ts';
import { hasOrder, inProcess, operationsOf, type Step } from './testing/some-order.ts';

const STALE = `0 0 invoke write x 1
               1 0 ok     write x
               2 1 invoke read x
               3 1 ok     read x null`;

const APPENDS = `0 0 invoke append x "a"
                 1 0 ok     append x
                 2 1 invoke append x "b"
                 3 1 ok     append x
                 4 2 invoke get x
                 5 2 ok     get x "ba"`;

const cases: readonly [name: string, history: string, verdict: string, summary: RegExp][] = [
  [
    'valid: linearizable',
    `0 0 invoke write x 1
     1 0 ok     write x
     2 1 invoke read x
     3 1 ok     read x 1`,
    'valid',
    /2 operations of 2 processes are sequentially consistent/,
  ],
  ['valid: a stale read', STALE, 'valid', /2 operations/],
  [
    'invalid: a stale read of what the process itself wrote',
    `0 0 invoke write x 1
     1 0 ok     write x
     2 0 invoke read x
     3 0 ok     read x null`,
    'invalid',
    /on key "x": no order of what was changed fits read x → null \(op 2\)/,
  ],
  [
    'invalid: a process sees time go backward',
    `0 0 invoke write x 1
     1 0 ok     write x
     2 1 invoke read x
     3 1 ok     read x 1
     4 1 invoke read x
     5 1 ok     read x null`,
    'invalid',
    /on key "x"/,
  ],
  [
    'invalid: each key alone has an order, both together have none',
    `0 0 invoke write x 1
     1 0 ok     write x
     2 1 invoke write y 1
     3 1 ok     write y
     4 0 invoke read y
     5 0 ok     read y null
     6 1 invoke read x
     7 1 ok     read x null`,
    'invalid',
    /^not .*consistent: no order .* fits read x → null \(op 6\), read y → null \(op 4\)/,
  ],
  [
    'invalid: two processes see two writes in different orders',
    `0 0 invoke write x 1
     1 0 ok     write x
     2 1 invoke write x 2
     3 1 ok     write x
     4 2 invoke read x
     5 2 ok     read x 1
     6 3 invoke read x
     7 3 ok     read x 2
     8 2 invoke read x
     9 2 ok     read x 2
     10 3 invoke read x
     11 3 ok     read x 1`,
    'invalid',
    /on key "x"/,
  ],
  [
    'invalid: from nowhere',
    `0 0 invoke read x
     1 0 ok     read x 7`,
    'invalid',
    /nothing makes what read.*7.* \(op 0\) needs/,
  ],
  [
    'invalid: its write failed',
    `0 0 invoke write x 7
     1 0 fail   write x
     2 0 invoke read x
     3 0 ok     read x 7`,
    'invalid',
    /nothing makes/,
  ],
  [
    'valid: a write of unknown outcome, seen by one before another did not',
    `0 0 invoke write x 7
     1 0 info   write x
     2 1 invoke read x
     3 1 ok     read x 7
     4 2 invoke read x
     5 2 ok     read x null`,
    'valid',
    /3 operations/,
  ],
  [
    'invalid: a write of unknown outcome, seen and then unseen',
    `0 0 invoke write x 7
     1 0 info   write x
     2 1 invoke read x
     3 1 ok     read x 7
     4 1 invoke read x
     5 1 ok     read x null`,
    'invalid',
    /on key "x"/,
  ],
  [
    'invalid: a cas that failed though nothing else can have been there',
    `0 0 invoke cas x [null,1]
     1 0 fail   cas x !mismatch`,
    'invalid',
    /on key "x"/,
  ],
  ['unknown: malformed', '0 0 ok read x', 'unknown', /malformed history/],
  ['unknown: empty', '', 'unknown', /no operation/],
];

describe('sequential', () => {
  test.each(cases)('%s', (_, history, verdict, summary) => {
    const result = judge(new Sequential(register()), ops(history));
    expect(result, history).toMatchObject({ checker: 'sequential', verdict });
    expect(result.summary).toMatch(summary);
  });

  test('unknown: the search is too large', () => {
    const { verdict, summary } = judge(new Sequential(kv(), { configurations: 0 }), ops(APPENDS));
    expect({ verdict, summary }).toEqual({
      verdict: 'unknown',
      summary: 'no verdict: no answer in 0 configurations; the longest order found has 0 operations',
    });
  });

  test('the order of a stale read puts it before the write', () => {
    const { details } = judge(new Sequential(register()), ops(STALE));
    expect(details).toMatchObject({ by: 'search', order: [2, 0], operations: 2, keys: 1, processes: 2 });
  });

  test('appends are ordered by what they make', () => {
    const { verdict, details } = judge(new Sequential(kv()), ops(APPENDS));
    expect({ verdict, details }).toMatchObject({
      verdict: 'valid',
      details: { by: 'search', order: [2, 0, 4] },
    });
  });
});

type Registers = { readonly [key: string]: Json };

const registers: Apply<Registers> = (state, f, value, key = '') => {
  const there = state[key] ?? null;
  if (f === 'read') return [state, there];
  if (f === 'write') return [{ ...state, [key]: value! }, undefined];
  const [expected, next] = value as readonly Json[];
  return expected === there ? [{ ...state, [key]: next! }, true] : [state, false];
};

/** By the rules of the book, independent of models and their effects. */
const step: Step<Registers> = (state, { f, key, value }, output) => {
  const [after, answer] = registers(state, f, value, key);
  if (output === undefined || answer === undefined) return after;
  return answer === (f === 'cas' ? output.ok : output.value) ? after : ILLEGAL;
};

const drawn = drawnCalls(
  {
    read: fc.constant(undefined),
    write: fc.nat(2),
    cas: fc.tuple(fc.option(fc.nat(2)), fc.nat(2)).map((pair): Json => pair),
  },
  9,
  ['x', 'y'],
);

/** Of registers; each read may answer what is drawn instead of what is there. */
function histories(answers: fc.Arbitrary<Json | undefined>): fc.Arbitrary<Op[]> {
  return fc
    .tuple(drawn, fc.array(answers, { minLength: 9, maxLength: 9 }))
    .map(([{ calls, schedule }, read]) => {
      let reads = 0;
      const apply: Apply<Registers> = (state, f, value, key) => {
        const [after, answer] = registers(state, f, value, key);
        return f === 'read' ? [after, read[reads++] ?? answer] : [after, answer];
      };
      return simulate<Registers>({}, apply, calls, schedule).map(inWordsOfHistories);
    });
}

/** A cas that found another value fails with a mismatch. */
function inWordsOfHistories(op: Op): Op {
  if (op.f !== 'cas' || op.type !== 'ok') return op;
  const { value, ...rest } = op;
  return value === true ? rest : { ...rest, type: 'fail', error: 'mismatch' };
}

const program = fc.record({
  calls: fc.array(
    fc.record({
      f: fc.constantFrom('read', 'read', 'write', 'write', 'cas'),
      key: fc.constantFrom('x', 'y'),
      value: fc.option(fc.constantFrom(1, 2)),
      next: fc.constantFrom(1, 2),
      matched: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  lastIsKnown: fc.boolean(),
});

/** Each process does all that it does before the next one starts. */
const oneAfterTheOther = fc.array(program, { minLength: 2, maxLength: 3 }).map((programs): Op[] =>
  programs
    .flatMap(({ calls, lastIsKnown }, process) =>
      calls.flatMap(({ f, key, value, next, matched }, at): Omit<Op, 'index' | 'time'>[] => {
        const call = { process, f, key };
        const argument = f === 'cas' ? [value, next] : next;
        const invoke = { ...call, type: 'invoke' as const, ...(f !== 'read' && { value: argument }) };
        if (!lastIsKnown && at === calls.length - 1) return [invoke, { ...call, type: 'info' }];
        if (f === 'cas' && !matched) return [invoke, { ...call, type: 'fail', error: 'mismatch' }];
        return [invoke, { ...call, type: 'ok', ...(f === 'read' && { value }) }];
      }),
    )
    .map((op, index) => ({ ...op, index, time: index })),
);

function isSequential(history: readonly Op[]): boolean {
  return hasOrder<Registers>({}, step, operationsOf(history, ['read']), inProcess);
}

describe('properties of sequential', () => {
  const runs = { numRuns: 1000 };

  /** And counts by what it was decided. */
  function agrees(history: readonly Op[], count: Map<string, number>): void {
    fc.pre(operationsOf(history, ['read']).length > 0);
    const { verdict, details } = judge(new Sequential(register()), history);
    expect(verdict, transcript(history)).toBe(isSequential(history) ? 'valid' : 'invalid');
    const { by } = details as SequentialDetails;
    const decided = `${verdict} by ${typeof by === 'string' ? by : 'one key'}`;
    count.set(decided, (count.get(decided) ?? 0) + 1);
  }

  test('invalid exactly when no order explains it', () => {
    const count = new Map<string, number>();
    const some = fc.option(fc.nat(2), { nil: undefined, freq: 3 });
    fc.assert(
      fc.property(histories(some), (history) => agrees(history, count)),
      runs,
    );
    expect(count.get('invalid by one key')).toBeGreaterThan(50);
    expect(count.get('valid by linearizability')).toBeGreaterThan(100);
  });

  test('invalid exactly when no order explains it, real time aside', () => {
    const count = new Map<string, number>();
    fc.assert(
      fc.property(oneAfterTheOther, (history) => agrees(history, count)),
      // About one in 180 is invalid by search: so many that five or fewer are never seen.
      { numRuns: 5000 },
    );
    expect(count.get('valid by search')).toBeGreaterThan(100);
    expect(count.get('invalid by search')).toBeGreaterThan(5);
  });

  test('an order that is given is one', () => {
    fc.assert(
      fc.property(oneAfterTheOther, (history) => {
        const { verdict, details } = judge(new Sequential(register()), history);
        const { order } = (details ?? { order: null }) as SequentialDetails;
        fc.pre(verdict === 'valid' && order !== null);
        const operations = operationsOf(history, ['read']);
        const inOrder = order!.map((id) => operations.find((operation) => operation.id === id)!);
        const missing = operations.filter(({ id }) => !order!.includes(id));
        expect(missing.every((operation) => operation.return === Infinity)).toBe(true);
        expect(
          hasOrder<Registers>({}, step, inOrder, (a, b) => order!.indexOf(a.id) < order!.indexOf(b.id)),
          transcript(history),
        ).toBe(true);
        for (const [at, operation] of inOrder.entries()) {
          expect(inOrder.slice(at + 1).some((later) => inProcess(later, operation))).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the answers that are named contradict each other, and none of them can be left out', () => {
    fc.assert(
      fc.property(oneAfterTheOther, (history) => {
        const { verdict, details } = judge(new Sequential(register()), history);
        fc.pre(verdict === 'invalid');
        const { conflict, by } = details as SequentialDetails;
        const named = conflict!.map(({ invoke }) => invoke);
        const operations = operationsOf(history, ['read']).filter(
          ({ input }) => typeof by === 'string' || input.key === by.key,
        );
        const hasOrderWith = (kept: readonly number[]): boolean => {
          const left = operations.filter(
            ({ id, input, output }) =>
              kept.includes(id) || (input.f !== 'read' && (input.f !== 'cas' || output?.ok !== false)),
          );
          return hasOrder<Registers>({}, step, left, inProcess);
        };
        expect(hasOrderWith(named), transcript(history)).toBe(false);
        // What changed something may contradict itself; then what is named is one more contradiction.
        if (!hasOrderWith([])) return;
        for (const one of named) {
          expect(hasOrderWith(named.filter((other) => other !== one)), transcript(history)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
