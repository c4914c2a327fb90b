import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MISMATCH } from '../harness/history/op.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { workloads } from './index.ts';
import { kv } from './kv.ts';
import { register } from './register.ts';
import type { Generator, Random, Workload } from './types.ts';

function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { int: (bound) => uniformInt(generator, 0, bound - 1) };
}

/** A correct key-value store that answers in the client's words. */
class Store {
  readonly #values = new Map<string, string>();

  invoke({ f, key = '', value }: Invocation): Completion {
    const held = this.#values.get(key) ?? null;
    switch (f) {
      case 'get':
        return { type: 'ok', value: held, node: 'n1' };
      case 'put':
        this.#values.set(key, value as string);
        return { type: 'ok' };
      case 'append':
        this.#values.set(key, (held ?? '') + (value as string));
        return { type: 'ok' };
      case 'delete':
        this.#values.delete(key);
        return { type: 'ok' };
      case 'cas': {
        const [expected, next] = value as [string, string];
        if (held !== expected) return { type: 'fail', error: MISMATCH };
        this.#values.set(key, next);
        return { type: 'ok' };
      }
      default:
        throw new Error(`no ${f}`);
    }
  }
}

interface Done {
  readonly invocation: Invocation;
  readonly completion: Completion;
}

function drive(workload: Workload, generator: Generator, count: number): Done[] {
  const store = new Store();
  return Array.from({ length: count }, () => {
    const invocation = generator.next(0);
    const completion = workload.fromClient(invocation, store.invoke(workload.toClient(invocation)));
    generator.completed?.(invocation, completion);
    return { invocation, completion };
  });
}

const everything = (workload: Workload): { [f: string]: number } =>
  Object.fromEntries(Object.keys(workload.functions).map((f) => [f, 1]));

/** The values that an invocation writes. */
function written({ f, value }: Invocation): Json[] {
  if (value === undefined) return [];
  return [f === 'cas' ? (value as readonly Json[])[1]! : value];
}

describe.each([kv, register])('$name', (workload) => {
  test('the same seed and the same answers give the same operations; another seed gives others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, keys) => {
        const options = { keys, ops: everything(workload) };
        const run = (seed: number): Done[] =>
          drive(workload, workload.generator(options, randomOf(seed)), 200);
        expect(run(seed)).toEqual(run(seed));
        expect(run(seed)).not.toEqual(run(seed + 1));
      }),
      { numRuns: 20 },
    );
  });

  test('weights are respected, fractions too; what has none is never invoked', () => {
    const functions = Object.keys(workload.functions);
    for (const [index, absent] of functions.entries()) {
      const ops = Object.fromEntries(functions.map((f, i) => [f, f === absent ? 0 : (i + 1) / 4]));
      const total = Object.values(ops).reduce((sum, weight) => sum + weight, 0);
      const count = 20_000;
      const done = drive(workload, workload.generator({ keys: 3, ops }, randomOf(index)), count);
      for (const f of functions) {
        const share = done.filter(({ invocation }) => invocation.f === f).length / count;
        expect(Math.abs(share - ops[f]! / total), `${f}: ${share}`).toBeLessThan(0.02);
      }
    }
  });

  test('keys are drawn evenly', () => {
    const generator = workload.generator({ keys: 10, ops: workload.functions }, randomOf(1));
    const counts = new Map<string, number>();
    for (let i = 0; i < 10_000; i++) {
      const { key } = generator.next(0);
      counts.set(key!, (counts.get(key!) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('a value is written to its key once, and a cas never writes what it expects', () => {
    const generator = workload.generator({ keys: 4, ops: everything(workload) }, randomOf(3));
    const seen = new Set<string>();
    for (const { invocation } of drive(workload, generator, 5000)) {
      for (const value of written(invocation)) {
        const token = `${invocation.key} ${String(value).trim()}`;
        expect(seen.has(token), token).toBe(false);
        seen.add(token);
      }
      if (invocation.f === 'cas') {
        const [expected, next] = invocation.value as [Json, Json];
        expect(expected).not.toEqual(next);
      }
    }
  });

  test('a cas often succeeds and often does not', () => {
    const generator = workload.generator({ keys: 5, ops: workload.functions }, randomOf(4));
    const done = drive(workload, generator, 5000).filter(({ invocation }) => invocation.f === 'cas');
    const ok = done.filter(({ completion }) => completion.type === 'ok').length / done.length;
    expect(ok).toBeGreaterThan(0.5);
    expect(ok).toBeLessThan(0.95);
    expect(done.some(({ completion }) => completion.error === MISMATCH)).toBe(true);
  });

  test('without being told of completions it goes on all the same', () => {
    const generator = workload.generator({ keys: 2, ops: { cas: 1 } }, randomOf(5));
    for (let i = 0; i < 100; i++) expect(generator.next(0).f).toBe('cas');
  });

  test('the final reads are one a key', () => {
    const generator = workload.generator({ keys: 3, ops: workload.functions }, randomOf(6));
    const read = Object.keys(workload.functions)[0];
    expect(generator.final()).toEqual(['k1', 'k2', 'k3'].map((key) => ({ f: read, key })));
  });

  test('a client that offers what it needs understands every word by default', () => {
    const generator = workload.generator({ keys: 3, ops: workload.functions }, randomOf(7));
    for (let i = 0; i < 500; i++) expect(workload.needs).toContain(workload.toClient(generator.next(0)).f);
  });

  test('refuses functions it does not have, and having nothing to do', () => {
    const make = (ops: { [f: string]: number }) => () => workload.generator({ keys: 1, ops }, randomOf(0));
    expect(make({ fly: 1 })).toThrow('no function fly');
    expect(make({ cas: 0 })).toThrow('no function has a weight');
  });

  test('a correct store is correct to its model, step by step', () => {
    const { model } = workload;
    if (model === undefined) throw new Error('a key-value workload has a model');
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const generator = workload.generator({ keys: 1, ops: everything(workload) }, randomOf(seed));
        let state = model.init();
        for (const { invocation, completion } of drive(workload, generator, 100)) {
          const output = { value: completion.value, ok: completion.type === 'ok' };
          const next = model.step(state, invocation, output);
          expect(typeof next, JSON.stringify({ invocation, completion, state })).not.toBe('symbol');
          state = next;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the register in a key-value client’s words', () => {
  test.each<[Invocation, Invocation]>([
    [
      { f: 'read', key: 'k1' },
      { f: 'get', key: 'k1' },
    ],
    [
      { f: 'write', key: 'k1', value: 17 },
      { f: 'put', key: 'k1', value: '17' },
    ],
    [
      { f: 'cas', key: 'k2', value: [17, 18] },
      { f: 'cas', key: 'k2', value: ['17', '18'] },
    ],
  ])('%j', (own, client) => {
    expect(register.toClient(own)).toEqual(client);
  });

  test.each<[string, Json, Json]>([
    ['digits are an integer', '17', 17],
    ['a missing key is null', null, null],
    ['digits that no register wrote stay text', '017', '017'],
    ['text stays text', '1e3', '1e3'],
    ['nothing stays nothing', '', ''],
  ])('%s', (_, value, expected) => {
    const completion = register.fromClient({ f: 'read', key: 'k1' }, { type: 'ok', value, node: 'n2' });
    expect(completion).toEqual({ type: 'ok', value: expected, node: 'n2' });
  });

  test('every integer comes back as it went', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const put = register.toClient({ f: 'write', key: 'k1', value });
        expect(register.fromClient({ f: 'read' }, { type: 'ok', value: put.value! }).value).toBe(
          value === 0 ? 0 : value,
        );
      }),
    );
  });
});

test.each(Object.values(workloads))(
  '$name: a mismatch, a refusal and a doubt stay what they are',
  (workload) => {
    for (const completion of [
      { type: 'fail', error: MISMATCH, node: 'n3' },
      { type: 'fail', error: 'no-leader' },
      { type: 'info', error: 'timeout' },
    ] as const) {
      expect(workload.fromClient({ f: 'cas', key: 'k1', value: ['1', '2'] }, completion)).toEqual(completion);
    }
  },
);
