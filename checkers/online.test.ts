import { kv, type Model } from 'porcupine-ts';
import { expect, test } from 'vitest';
import type { Op } from '../harness/history/op.ts';
import { OnlineLinearizable, type FoundViolation } from './online.ts';

/** Two clients take turns: each puts a value to its key, and reads it. */
function turns(rounds: number, answer: (round: number) => string): Op[] {
  const ops: Omit<Op, 'index' | 'time'>[] = [];
  for (let round = 0; round < rounds; round++) {
    const key = `k${round % 2}`;
    const value = String(round);
    ops.push({ process: 0, type: 'invoke', f: 'put', key, value });
    ops.push({ process: 0, type: 'ok', f: 'put', key, value });
    ops.push({ process: 1, type: 'invoke', f: 'get', key });
    ops.push({ process: 1, type: 'ok', f: 'get', key, value: answer(round) });
  }
  return ops.map((op, index) => ({ index, time: index, ...op }));
}

function firstViolation(ops: readonly Op[]): FoundViolation | undefined {
  const checker = new OnlineLinearizable(kv() as Model);
  for (const op of ops) {
    const violation = checker.push(op);
    if (violation) return violation;
  }
  return undefined;
}

test('a correct history shows no violation', () => {
  expect(firstViolation(turns(500, String))).toBeUndefined();
});

test('a stale read shows while the history grows, with its key and its invocation', () => {
  const stale = turns(500, (round) => String(round === 100 ? 98 : round));
  expect(firstViolation(stale)).toEqual({
    checker: 'linearizable',
    key: 'k0',
    index: 402,
    description: 'get k0 → "98"',
  });
});

test('what is open may still take effect: a read of it is no violation', () => {
  const write: Op = { index: 0, time: 0, process: 2, type: 'invoke', f: 'put', key: 'k0', value: 'x' };
  const others = turns(40, (round) => (round === 38 ? 'x' : String(round)));
  const ops = [write, ...others.map((op) => ({ ...op, index: op.index + 1 }))];
  expect(firstViolation(ops)).toBeUndefined();
});
