import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import type { Invocation, Json } from '../systems/contract.ts';
import { parseSpec } from '../systems/mapreduce/jobs/spec.ts';
import { mapreduceJob } from './mapreduce-job.ts';
import type { Generator } from './types.ts';

function generatorOf(seed: number, keys: number, ops: { readonly [f: string]: number }): Generator {
  const generator = xoroshiro128plus(seed);
  return mapreduceJob.generator({ keys, ops }, { int: (bound) => uniformInt(generator, 0, bound - 1) });
}

const DEFAULT = mapreduceJob.functions;

function drawn(generator: Generator, count: number): Invocation[] {
  return Array.from({ length: count }, () => generator.next(0));
}

describe('the jobs that are drawn', () => {
  test('the same seed draws the same, another one others', () => {
    expect(drawn(generatorOf(1, 20, DEFAULT), 100)).toEqual(drawn(generatorOf(1, 20, DEFAULT), 100));
    expect(drawn(generatorOf(2, 20, DEFAULT), 100)).not.toEqual(drawn(generatorOf(1, 20, DEFAULT), 100));
  });

  test('are jobs that the system takes, of every kind', () => {
    const runs = drawn(generatorOf(3, 100, { run: 1 }), 200);
    const kinds = new Set<Json>();
    for (const { value } of runs) {
      expect(typeof parseSpec(value, '')).toBe('object');
      kinds.add((value as { readonly kind: Json }).kind);
    }
    expect([...kinds].sort()).toEqual(['grep', 'inverted-index', 'word-count']);
  });

  test('a key is one job for ever, some are run again, and there are no more than keys', () => {
    const runs = drawn(generatorOf(4, 30, { run: 1, 'run-module': 1 }), 200);
    const jobs = new Map<string, string>();
    for (const { f, key, value } of runs) {
      const job = JSON.stringify([f, value]);
      expect(jobs.get(key!) ?? job).toBe(job);
      jobs.set(key!, job);
    }
    expect([...jobs.keys()]).toEqual(Array.from({ length: 30 }, (_, at) => `k${at + 1}`));
  });

  test('outputs are looked at of jobs that were asked for', () => {
    const asked = new Set<string>();
    for (const { f, key } of drawn(generatorOf(5, 30, { run: 1, output: 1 }), 200)) {
      if (f === 'run') asked.add(key!);
      else if (asked.size > 0) expect(asked).toContain(key);
    }
  });

  test('refuses functions it does not have, and having nothing to do', () => {
    expect(() => generatorOf(1, 1, { cas: 1 })).toThrow('no function cas');
    expect(() => generatorOf(1, 1, { run: 0 })).toThrow('no function has a weight');
  });
});

describe('the final reads', () => {
  test('are the output and the sequential run of every job', () => {
    const generator = generatorOf(6, 10, { run: 1 });
    const specs = new Map(drawn(generator, 50).map(({ key, value }) => [key, value]));
    expect(generator.final()).toEqual(
      [...specs].flatMap(([key, value]) => [
        { f: 'sequential', key, value },
        { f: 'output', key },
      ]),
    );
  });

  test('know the jobs that a plan lists', () => {
    const generator = generatorOf(7, 10, DEFAULT);
    const value = { kind: 'word-count', reducers: 1, seed: 1, size: 10, splits: 1 };
    generator.listed?.({ f: 'run', key: 'k7', value });
    generator.listed?.({ f: 'output', key: 'k8' });
    expect(generator.final()).toEqual([
      { f: 'sequential', key: 'k7', value },
      { f: 'output', key: 'k7' },
    ]);
  });
});

test('the module of the user’s is a run to the client', () => {
  const invocation = { f: 'run-module', key: 'k1', value: { kind: 'module' } };
  expect(mapreduceJob.toClient(invocation)).toEqual({ ...invocation, f: 'run' });
});
