import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Op } from '../history/op.ts';
import { Series } from './series.ts';

/** One operation of a process of its own, from `at` for `took` ms. */
function operation(
  process: number,
  at: number,
  took: number,
  type: 'ok' | 'fail' | 'info',
): readonly [Op, Op] {
  const op = { index: 0, process, f: 'read' } as const;
  return [
    { ...op, time: at * 1e6, type: 'invoke' },
    { ...op, time: (at + took) * 1e6, type },
  ];
}

test('counts and latencies by 100 ms', () => {
  const series = new Series();
  for (const op of operation(0, 10, 5, 'ok')) series.push(op);
  for (const op of operation(1, 20, 15, 'ok')) series.push(op);
  for (const op of operation(2, 90, 20, 'fail')) series.push(op);
  for (const op of operation(3, 250, 1, 'info')) series.push(op);
  series.push({ index: 0, time: 0, process: 'nemesis', type: 'info', f: 'heal' });
  expect(series.finish()).toEqual({
    width: 100,
    buckets: [
      { ok: 2, fail: 0, info: 0, p50: 15, p99: 15 },
      { ok: 0, fail: 1, info: 0, p50: null, p99: null },
      { ok: 0, fail: 0, info: 1, p50: null, p99: null },
    ],
  });
});

test('however long a run is: a few hundred pieces, and nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 50 })), {
        maxLength: 200,
      }),
      (times) => {
        const series = new Series();
        const ops = times.flatMap(([at, took], process) => operation(process, at, took, 'ok'));
        for (const op of ops.sort((a, b) => a.time - b.time)) series.push(op);
        const { width, buckets } = series.finish();
        expect(buckets.length).toBeLessThanOrEqual(300);
        expect(buckets.reduce((sum, { ok }) => sum + ok, 0)).toBe(times.length);
        for (const [index, { ok }] of buckets.entries()) {
          const inside = times.filter(([at, took]) => Math.floor((at + took) / width) === index).length;
          expect(ok).toBe(inside);
        }
      },
    ),
  );
});
