import { expect, test } from 'vitest';
import { Stats, type StatsDetails } from './stats.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';

test('counts, latencies and throughput, in total and by function', () => {
  const { verdict, summary, details } = judge(
    new Stats(),
    ops(`
         0 0         invoke put x 1
        10 0         ok     put x
       100 0         invoke put x 2
       120 0         ok     put x
       200 1         invoke get x
       230 1         fail   get x !not-leader
       240 nemesis-0 invoke pause.start
       250 nemesis-0 ok     pause.start
       300 0         invoke put x 3
       400 1         invoke get x
       500 0         info   put x !timeout`),
  );
  expect(verdict).toBe('valid');
  expect(summary).toBe('2 ok, 1 fail, 1 info in 0.5 s; 4 ok/s, latency p50 10 ms, p99 20 ms');
  const { total, functions, seconds } = details as StatsDetails;
  expect(seconds).toBe(0.5);
  expect(total).toMatchObject({ ok: 2, fail: 1, info: 1, open: 1, okPerSecond: 4 });
  expect(functions['get']).toEqual({ ok: 0, fail: 1, info: 0, open: 1, okPerSecond: 0, latency: null });
  expect(functions['put']).toMatchObject({ ok: 2, fail: 0, info: 1, open: 0 });
  const { p50, p95, max } = functions['put']!.latency!;
  for (const [measured, exact] of [
    [p50, 10],
    [p95, 20],
    [max, 20],
  ] as const) {
    expect(Math.abs(measured - exact) / exact).toBeLessThan(0.001);
  }
});

test('a history without clients', () => {
  const { verdict, summary } = judge(new Stats(), ops('0 nemesis-0 invoke pause.start'));
  expect({ verdict, summary }).toEqual({ verdict: 'valid', summary: '0 ok, 0 fail, 0 info in 0.0 s' });
});

test('time in which the workload was paused is no time of the rate', () => {
  const { summary } = judge(
    new Stats(),
    ops(`
         0 0      invoke put x 1
       100 0      ok     put x
       200 runner info   workload.paused
       700 runner info   workload.resumed
       900 0      invoke put x 2
      1000 0      ok     put x`),
  );
  expect(summary).toMatch(/^2 ok, 0 fail, 0 info in 0.5 s; 4 ok\/s/);
});
