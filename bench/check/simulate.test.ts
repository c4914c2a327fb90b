import { describe, expect, test } from 'vitest';
import {
  checkOperations,
  kv,
  register,
  verifyWitness,
  ILLEGAL,
  type Model,
  type Operation,
} from 'porcupine-ts';
import type { Input, Output } from '../../checkers/operations.ts';
import { OperationPairing } from '../../checkers/operations.ts';
import type { Op } from '../../harness/history/op.ts';
import { simulate, type Traffic } from './simulate.ts';
import { withStaleRead } from './stale-read.ts';

const REGISTER = { read: 2, write: 1, cas: 1 };
const KV = { get: 5, put: 2, append: 2, cas: 1 };
const BASE = { clients: 4, keys: 1, values: 'unique', unknown: 0.1 } as const;

const TRAFFIC: Readonly<Record<string, Omit<Traffic, 'seed' | 'operations'>>> = {
  'a register of unique values': { ...BASE, weights: REGISTER },
  'a register of few values': { ...BASE, weights: REGISTER, values: 3 },
  'a store': { ...BASE, weights: { get: 2, put: 1, cas: 1 }, keys: 3 },
  'a store with appends': { ...BASE, weights: KV, keys: 2 },
};

const modelOf = ({ weights }: { weights: Traffic['weights'] }): Model =>
  ('get' in weights ? kv() : register()) as Model;

function partitionsOf(history: Iterable<Op>): ReadonlyMap<string, readonly Operation<Input, Output>[]> {
  const pairing = new OperationPairing(kv() as Model);
  for (const op of history) pairing.push(op);
  const { partitions } = pairing.finish().recording;
  return new Map(partitions.map(({ label, operations }) => [label, operations]));
}

/** Linearizability by its definition: some order of operations is legal and keeps that of real time. */
function isLinearizable(model: Model, left: readonly Operation[], state = model.init()): boolean {
  if (left.every((operation) => operation.return === Infinity)) return true;
  const deadline = Math.min(...left.map((operation) => operation.return));
  return left.some((operation) => {
    if (operation.call > deadline) return false;
    const next = model.step(state, operation.input, operation.output);
    return (
      next !== ILLEGAL &&
      isLinearizable(
        model,
        left.filter((other) => other !== operation),
        next,
      )
    );
  });
}

const text = (history: readonly Op[]): string => history.map((op) => JSON.stringify(op)).join('\n');
const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, seed) => seed);

describe.each(Object.entries(TRAFFIC))('%s', (_, traffic) => {
  test('the order in which operations took effect is a linearization', () => {
    for (const seed of seeds(20)) {
      const applied: number[] = [];
      const history = [...simulate({ ...traffic, seed, operations: 400 }, (index) => applied.push(index))];
      for (const [key, operations] of partitionsOf(history)) {
        const ids = new Set(operations.map(({ id }) => id));
        const witness = applied.filter((index) => ids.has(index));
        expect(verifyWitness(modelOf(traffic), operations, witness), `seed ${seed}, ${key}`).toBeUndefined();
      }
    }
  });

  test('short ones are linearizable by definition', () => {
    for (const seed of seeds(200)) {
      const history = [...simulate({ ...traffic, seed, operations: 10, unknown: 0.2 })];
      for (const operations of partitionsOf(history).values()) {
        expect(isLinearizable(modelOf(traffic), operations), `seed ${seed}\n${text(history)}`).toBe(true);
      }
    }
  });

  test('the same seed gives the same history, another seed another one', () => {
    const run = (seed: number): readonly Op[] => [...simulate({ ...traffic, seed, operations: 200 })];
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('it has as many operations, keys, functions and unknown outcomes as was asked for', () => {
    const history = [...simulate({ ...traffic, seed: 1, operations: 20_000 })];
    const invocations = history.filter(({ type }) => type === 'invoke');
    expect(invocations).toHaveLength(20_000);
    expect(new Set(invocations.map(({ key }) => key)).size).toBe(traffic.keys);
    expect(new Set(invocations.map(({ f }) => f))).toEqual(new Set(Object.keys(traffic.weights)));
    const unknown = history.filter(({ type }) => type === 'info').length / 20_000;
    expect(Math.abs(unknown - traffic.unknown)).toBeLessThan(0.01);
    expect(history.map(({ index }) => index)).toEqual(history.map((_, i) => i));
  });
});

describe.each(Object.entries(TRAFFIC).filter(([, { values }]) => values === 'unique'))(
  'a stale read in %s',
  (_, traffic) => {
    test('is not linearizable, by definition', () => {
      let spoiltOnes = 0;
      for (const seed of seeds(300)) {
        let spoilt: number | undefined;
        const valid = simulate({ ...traffic, seed, operations: 12 * traffic.keys, clients: 3, unknown: 0.2 });
        const history = [...withStaleRead(valid, 6, (index) => (spoilt = index))];
        if (spoilt === undefined) continue;
        spoiltOnes++;
        const partitions = partitionsOf(history);
        const key = history[spoilt]!.key ?? '';
        for (const [label, operations] of partitions) {
          const message = `seed ${seed}, ${spoilt}\n${text(history)}`;
          expect(isLinearizable(modelOf(traffic), operations), message).toBe(label !== key);
        }
      }
      expect(spoiltOnes).toBeGreaterThan(50);
    });

    test('is found in a long history, and changes nothing but that read', () => {
      for (const seed of seeds(5)) {
        const valid = [...simulate({ ...traffic, seed, operations: 2000 })];
        let spoilt: number | undefined;
        const history = [...withStaleRead(valid, 2000, (index) => (spoilt = index))];
        expect(spoilt).toBeGreaterThan(2000);
        expect(history.filter((op, i) => op !== valid[i]).map(({ index }) => index)).toEqual([spoilt]);
        const operations = [...partitionsOf(history).values()].flat();
        expect(checkOperations(modelOf(traffic), operations).verdict).toBe('invalid');
      }
    });
  },
);

/** By definition, one operation at a time in the order in which they took effect. */
test.each([
  ['a queue', { enqueue: 1, dequeue: 1 }],
  ['a set', { add: 5, read: 1 }],
])('%s gives out what was put into it, in order', (_, weights) => {
  for (const seed of seeds(20)) {
    const applied: number[] = [];
    const traffic = { ...BASE, weights, seed, operations: 200, unknown: 0 };
    const history = [...simulate(traffic, (index) => applied.push(index))];
    const operations = new Map(
      [...partitionsOf(history).values()].flat().map((operation) => [operation.id, operation]),
    );
    const inside: unknown[] = [];
    for (const id of applied) {
      const { input, output } = operations.get(id)!;
      if (input.f === 'dequeue') expect(output?.value).toBe(inside.shift() ?? null);
      else if (input.f === 'read') expect(output?.value).toEqual(inside);
      else inside.push(input.value);
    }
    expect(applied).toHaveLength(200);
  }
});
