import { kv, Recording, type Model, type Operation } from 'porcupine-ts';
import { expect, test } from 'vitest';
import { builtModule } from '../harness/built.ts';
import { threadPool } from '../harness/thread-pool.ts';
import { checkInParallel, type PartitionThreads } from './parallel.ts';

const startThreads =
  (module: string) =>
  (threads: number, memory: number): PartitionThreads =>
    threadPool(builtModule(import.meta.url, module), threads, memory);

/** Puts and gets one after the other; one read in the middle is stale where asked for. */
function key(rounds: number, stale: boolean): Operation[] {
  const operations = Array.from({ length: rounds }, (_, i) => {
    const put = { id: 2 * i, process: 0, input: { f: 'put', value: i }, output: {} };
    const value = stale && i === rounds >> 1 ? i - 1 : i;
    const get = { id: 2 * i + 1, process: 0, input: { f: 'get' }, output: { value } };
    return [
      { ...put, call: 4 * i, return: 4 * i + 1 },
      { ...get, call: 4 * i + 2, return: 4 * i + 3 },
    ];
  });
  return operations.flat();
}

/** Keys with ids apart from each other. */
function historyOf(keys: { readonly [label: string]: readonly Operation[] }): Recording {
  const recording = new Recording(kv() as Model);
  Object.entries(keys).forEach(([label, operations], i) => {
    for (const operation of operations) recording.add({ ...operation, id: operation.id + 1e4 * i }, label);
  });
  return recording;
}

test('what is still open after the first try is decided in threads, and nothing is lost on the way', async () => {
  const keys = historyOf({ a: key(10, false), b: key(1000, true), c: key(500, false) });
  const decided: number[] = [];
  const { verdict, partitions } = await checkInParallel(keys, {
    timeout: 60_000,
    firstTry: -1,
    startThreads: startThreads('partition-worker'),
    witness: true,
    counterexample: true,
    onProgress: (done) => decided.push(done),
  });
  expect(verdict).toBe('invalid');
  expect(partitions.map(({ label, verdict, operations }) => [label, verdict, operations])).toEqual([
    ['a', 'valid', 20],
    ['b', 'invalid', 2000],
    ['c', 'valid', 1000],
  ]);
  expect(partitions[0]!.witness).toEqual(key(10, false).map(({ id }) => id));
  expect(partitions[1]!.blocked).toBe(1e4 + 1001);
  expect(partitions[1]!.counterexample!.operations.length).toBe(3);
  // After the first try, when the threads begin, and with each key.
  expect(decided).toEqual([0, 0, 1, 2, 3]);
});

test('a thread that breaks leaves its key unknown, with the reason', async () => {
  const broken = historyOf({ x: [{ ...key(1, false)[0]!, input: { f: 'no' } }] });
  const { verdict, partitions } = await checkInParallel(broken, {
    firstTry: -1,
    startThreads: startThreads('no-such-module'),
  });
  expect(verdict).toBe('unknown');
  expect(partitions[0]!.reason).toMatchObject({ kind: 'internal' });
});
