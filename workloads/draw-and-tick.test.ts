/** What clients of a system that draws and tells the time do, in the workload's words and the client's. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { draw } from './draw.ts';
import { tick } from './tick.ts';
import type { Random } from './types.ts';

function random(): Random {
  const generator = xoroshiro128plus(1);
  return { int: (bound) => uniformInt(generator, 0, bound - 1) };
}

describe('draw', () => {
  test('both functions and all keys come up; nothing is written by a client', () => {
    const generator = draw.generator({ keys: 3, ops: draw.functions }, random());
    const made = Array.from({ length: 300 }, () => generator.next(0));
    expect(new Set(made.map(({ f, key }) => `${f} ${key}`))).toEqual(
      new Set(['read', 'draw'].flatMap((f) => ['k1', 'k2', 'k3'].map((key) => `${f} ${key}`))),
    );
    expect(made.every(({ value }) => value === undefined)).toBe(true);
    expect(generator.final()).toEqual(['k1', 'k2', 'k3'].map((key) => ({ f: 'read', key })));
  });

  test('a read is a get', () => {
    expect(draw.toClient({ f: 'read', key: 'k1' })).toEqual({ f: 'get', key: 'k1' });
    expect(draw.toClient({ f: 'draw', key: 'k1' })).toEqual({ f: 'draw', key: 'k1' });
  });

  test('the token is the answer of either; no key, no token', () => {
    const token = { type: 'ok', value: 'a', node: 'n2' } as const;
    expect(draw.fromClient({ f: 'draw', key: 'k1' }, token)).toEqual(token);
    expect(draw.fromClient({ f: 'read', key: 'k1' }, token)).toEqual(token);
    expect(draw.fromClient({ f: 'read', key: 'k1' }, { type: 'ok' })).toEqual({ type: 'ok', value: null });
    const doubt = { type: 'info', error: 'timeout' } as const;
    expect(draw.fromClient({ f: 'draw', key: 'k1' }, doubt)).toEqual(doubt);
  });
});

describe('tick', () => {
  test('asks for the time, and once more at the end', () => {
    const generator = tick.generator({ keys: 1, ops: tick.functions }, random());
    expect([generator.next(0), generator.next(1), ...generator.final()]).toEqual(
      Array.from({ length: 3 }, () => ({ f: 'tick' })),
    );
    expect(tick.toClient({ f: 'tick' })).toEqual({ f: 'tick' });
    expect(tick.fromClient({ f: 'tick' }, { type: 'ok', value: 17 })).toEqual({ type: 'ok', value: 17 });
  });

  test('refuses functions it does not have, and having nothing to do', () => {
    const make = (ops: { [f: string]: number }) => () => tick.generator({ keys: 1, ops }, random());
    expect(make({ fly: 1 })).toThrow('no function fly');
    expect(make({ tick: 0 })).toThrow('no function has a weight');
  });
});
