import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client, ClientEnv, Completion, Invocation, System } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import type { Op } from '../history/op.ts';
import { readHistory } from '../history/reader.ts';
import { HistoryWriter } from '../history/writer.ts';
import { Drawn } from './drawn.ts';
import { Listed } from './listed.ts';
import { Load } from './load.ts';
import { RealTime } from './real-time.ts';
import { randomOf } from './seeds.ts';
import type { Source } from './source.ts';

// Timers and the clock are the test's; so "ten seconds" are exact, and over at once.
let folder: string;
let history: HistoryWriter;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'faultline-load-'));
  history = new HistoryWriter(
    join(folder, 'history.jsonl'),
    () => Math.round(performance.now() * 1e6),
    (error) => {
      throw error;
    },
  );
});
afterEach(() => {
  history.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

type Behaviour = (invocation: Invocation, done: (completion: Completion) => void, nth: number) => void;

function loadOf(
  behaviour: Behaviour,
  options: { clients?: number; rate?: number; opTimeout?: number; source?: Source } = {},
): Load {
  let nth = 0;
  const client: Client = {
    invoke: (invocation, _timeout, done) => behaviour(invocation, done, nth++),
    close: () => {},
  };
  const system = { createClient: () => client } as unknown as System;
  const workload = workloads['kv']!;
  const generator = workload.generator({ keys: 3, ops: { get: 1, put: 1 } }, randomOf(1));
  return new Load({
    system,
    config: { bugs: [], options: {} },
    workload,
    source: options.source ?? new Drawn(generator, options.rate ?? 500),
    clients: options.clients ?? 10,
    opTimeout: options.opTimeout ?? 1000,
    timeline: new RealTime(),
    history,
    clientEnv: () => ({}) as ClientEnv,
    onCompletion: () => {},
  });
}

function recorded(): Op[] {
  history.close();
  return [...readHistory(join(folder, 'history.jsonl'))];
}

const invocations = (ops: readonly Op[]): Op[] => ops.filter(({ type }) => type === 'invoke');
const after =
  (ms: number, completion: Completion): Behaviour =>
  (_, done) =>
    void setTimeout(() => done(completion), ms);

/** No process overlaps itself, and none goes on after an unknown outcome. */
function expectWellFormed(ops: readonly Op[]): void {
  const state = new Map<Op['process'], 'open' | 'idle' | 'gone'>();
  for (const op of ops) {
    const now = state.get(op.process) ?? 'idle';
    expect(now, JSON.stringify(op)).toBe(op.type === 'invoke' ? 'idle' : 'open');
    state.set(op.process, op.type === 'invoke' ? 'open' : op.type === 'info' ? 'gone' : 'idle');
  }
}

test('the rate is kept without drift, whatever each operation takes', async () => {
  const load = loadOf(after(7, { type: 'ok', value: null }));
  load.start();
  await vi.advanceTimersByTimeAsync(10_000);
  load.close();
  const ops = recorded();
  // Due at 0, 2, 4, … 10,000 ms; timers of whole milliseconds may leave the last one for later.
  expect(invocations(ops).length).toBeGreaterThanOrEqual(5000);
  expect(invocations(ops).length).toBeLessThanOrEqual(5001);
  expectWellFormed(ops);
});

test('what could not be started while every client was busy is not made up for in a burst', async () => {
  let stuckUntil = 3000;
  const load = loadOf(
    (_, done) =>
      void setTimeout(() => done({ type: 'ok', value: null }), Math.max(1, stuckUntil - performance.now())),
    {
      opTimeout: 10_000,
    },
  );
  stuckUntil += performance.now();
  const begin = performance.now();
  load.start();
  await vi.advanceTimersByTimeAsync(4000);
  load.close();
  const inSecondAfter = invocations(recorded()).filter(({ time }) => time / 1e6 - begin > 3000);
  // 500 of that second, and at most the 100 ms that may be caught up with.
  expect(inSecondAfter.length).toBeGreaterThan(490);
  expect(inSecondAfter.length).toBeLessThan(570);
});

test('after an unknown outcome the worker goes on under a new process number', async () => {
  const load = loadOf(
    (_, done, nth) =>
      void setTimeout(
        () => done(nth % 3 === 0 ? { type: 'info', error: 'timeout' } : { type: 'ok', value: null }),
        5,
      ),
  );
  load.start();
  await vi.advanceTimersByTimeAsync(1000);
  load.close();
  const ops = recorded();
  expect(ops.some(({ type }) => type === 'info')).toBe(true);
  expectWellFormed(ops);
  expect(Math.max(...ops.map(({ process }) => process as number))).toBeGreaterThan(100);
});

test('a client that breaks its promise is cut off as unknown, and its late answer is not recorded', async () => {
  const load = loadOf((_, done) => void setTimeout(() => done({ type: 'ok', value: 'late' }), 9000), {
    clients: 2,
  });
  load.start();
  await vi.advanceTimersByTimeAsync(12_000);
  load.close();
  const ops = recorded();
  const completions = ops.filter(({ type }) => type !== 'invoke');
  expect(completions.length).toBeGreaterThan(0);
  expect(completions.every(({ type, error }) => type === 'info' && error === 'client-gave-no-answer')).toBe(
    true,
  );
  expectWellFormed(ops);
});

test('a system that answers within the call is driven as fast as it goes, and the event loop still turns', async () => {
  const load = loadOf((_, done) => done({ type: 'ok', value: null }), { rate: Infinity });
  load.start();
  let turns = 0;
  for (; turns < 10; turns++) await vi.advanceTimersToNextTimerAsync();
  load.close();
  expect(invocations(recorded()).length).toBeGreaterThan(1000);
  expect(turns).toBe(10);
});

test('final reads are tried again until they are answered', async () => {
  const load = loadOf(
    (_, done, nth) =>
      void setTimeout(
        () => done(nth < 20 ? { type: 'fail', error: 'no-leader' } : { type: 'ok', value: null }),
        5,
      ),
  );
  const unanswered = load.finalReads(10_000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await unanswered).toEqual([]);
  load.close();
  const answered = recorded().filter(({ type }) => type === 'ok');
  expect(new Set(answered.map(({ key }) => key)).size).toBe(3);
});

test('final reads that are never answered are given back after the patience is over', async () => {
  const load = loadOf(after(5, { type: 'fail', error: 'no-leader' }));
  const unanswered = load.finalReads(500);
  await vi.advanceTimersByTimeAsync(2000);
  expect((await unanswered).length).toBe(3);
  load.close();
});

test('draining waits for what is under way and starts nothing more', async () => {
  const load = loadOf(after(300, { type: 'ok', value: null }), { rate: Infinity });
  load.start();
  await vi.advanceTimersByTimeAsync(100);
  let drained = false;
  void load.drain().then(() => (drained = true));
  await vi.advanceTimersByTimeAsync(100);
  expect(drained).toBe(false);
  await vi.advanceTimersByTimeAsync(150);
  expect(drained).toBe(true);
  load.close();
  const ops = recorded();
  expect(ops.length).toBe(20);
  expectWellFormed(ops);
});

const put = (at: number, client: number, value: string) => ({ at, client, f: 'put', key: 'k1', value });

test('listed operations come at their times, by their clients, whatever their order in the list', async () => {
  const operations = [put(250, 2, 'c'), put(0, 1, 'a'), put(100, 0, 'b'), put(100, 2, 'b2')];
  const load = loadOf(after(10, { type: 'ok' }), { clients: 3, source: new Listed(operations, []) });
  load.start();
  const start = performance.now();
  await vi.advanceTimersByTimeAsync(1000);
  load.close();
  const invoked = invocations(recorded()).map(({ time, process, value }) => [
    Math.round(time / 1e6 - start),
    process,
    value,
  ]);
  expect(invoked).toEqual([
    [0, 1, 'a'],
    [100, 0, 'b'],
    [100, 2, 'b2'],
    [250, 2, 'c'],
  ]);
});

test('a listed operation waits for its own client and for no other; an unknown outcome keeps the client', async () => {
  const operations = [put(0, 0, 'a'), put(10, 0, 'b'), put(20, 1, 'c'), put(30, 0, 'd')];
  const load = loadOf(after(100, { type: 'info' }), { clients: 2, source: new Listed(operations, []) });
  load.start();
  const start = performance.now();
  await vi.advanceTimersByTimeAsync(1000);
  await load.drain();
  load.close();
  const ops = recorded();
  expectWellFormed(ops);
  const invoked = invocations(ops).map(({ time, process, value }) => [
    Math.round(time / 1e6 - start),
    process,
    value,
  ]);
  // Process 2 is what client 0 goes on as, 3 what client 1 would, and 4 client 0 once more.
  expect(invoked).toEqual([
    [0, 0, 'a'],
    [20, 1, 'c'],
    [100, 2, 'b'],
    [200, 4, 'd'],
  ]);
});

test('listed operations that nobody had time for are not invoked once the load is over', async () => {
  const source = new Listed([put(0, 0, 'a'), put(10, 0, 'b')], [{ f: 'get', key: 'k1' }]);
  const load = loadOf(after(100, { type: 'ok' }), { clients: 1, source });
  load.start();
  await vi.advanceTimersByTimeAsync(50);
  const drained = load.drain();
  await vi.advanceTimersByTimeAsync(100);
  await drained;
  const read = load.finalReads(1000);
  await vi.advanceTimersByTimeAsync(200);
  expect(await read).toEqual([]);
  load.close();
  expect(invocations(recorded()).map(({ f, value }) => [f, value])).toEqual([
    ['put', 'a'],
    ['get', undefined],
  ]);
});

test('a paused load starts nothing, and goes on where it was: without a burst, and listed times later by the pause', async () => {
  const load = loadOf(after(7, { type: 'ok', value: null }), { rate: 100 });
  expect(load.pause(), 'not before it runs').toBe(false);
  load.start();
  await vi.advanceTimersByTimeAsync(1000);
  const paused = performance.now();
  expect(load.pause()).toBe(true);
  expect(load.pause(), 'once is enough').toBe(false);
  await vi.advanceTimersByTimeAsync(5000);
  load.resume();
  const resumed = performance.now();
  load.resume();
  await vi.advanceTimersByTimeAsync(1000);
  load.close();
  const times = invocations(recorded()).map(({ time }) => time / 1e6);
  expect(times.filter((time) => time > paused && time < resumed)).toEqual([]);
  const later = times.filter((time) => time >= resumed).length;
  expect(later).toBeGreaterThanOrEqual(99);
  expect(later).toBeLessThanOrEqual(101);
});

test('what is listed comes later by as much as the load was paused', async () => {
  const operations = [100, 300].map((at) => ({ at, client: 0, f: 'get', key: 'k1' }));
  const load = loadOf(after(1, { type: 'ok', value: null }), { source: new Listed(operations, []) });
  const start = performance.now();
  load.start();
  await vi.advanceTimersByTimeAsync(200);
  load.pause();
  await vi.advanceTimersByTimeAsync(1000);
  load.resume();
  await vi.advanceTimersByTimeAsync(500);
  load.close();
  expect(invocations(recorded()).map(({ time }) => Math.round(time / 1e6 - start))).toEqual([100, 1300]);
});

test('a paused load that is drained is over, and its final reads are read', async () => {
  const load = loadOf(after(5, { type: 'ok', value: null }), { rate: 100 });
  load.start();
  await vi.advanceTimersByTimeAsync(100);
  load.pause();
  const over = load.drain().then(() => load.finalReads(1000));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await over).toEqual([]);
  load.close();
  expect(
    invocations(recorded())
      .slice(-3)
      .map(({ key }) => key),
  ).toEqual(['k1', 'k2', 'k3']);
});
