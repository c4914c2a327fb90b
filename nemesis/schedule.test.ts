import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span, Timing } from './entry.ts';
import { stream } from './random.ts';
import { slots, type Slot } from './schedule.ts';

const fixed = (ms: number): Span => ({ min: ms, max: ms });

function plan(timing: Exclude<Timing, { kind: 'mark' }>, time: number, seed = 1): Slot[] {
  return [...slots(timing, time, stream(seed, 0, 'times'))];
}

test('fixed intervals, from start to start; what would outlast the run is not started', () => {
  expect(plan({ kind: 'clock', every: fixed(5000), for: fixed(2000), after: undefined }, 16_000)).toEqual([
    { at: 5000, until: 7000 },
    { at: 10_000, until: 12_000 },
  ]);
  expect(
    plan({ kind: 'clock', every: fixed(5000), for: fixed(2000), after: 0 }, 7000).map(({ at }) => at),
  ).toEqual([0, 5000]);
});

test('the first is cut short rather than left out', () => {
  expect(plan({ kind: 'clock', every: fixed(5000), for: fixed(9000), after: undefined }, 8000)).toEqual([
    { at: 5000, until: 8000 },
  ]);
  expect(plan({ kind: 'clock', every: fixed(5000), for: fixed(1), after: 8000 }, 8000)).toEqual([]);
});

test('always is the whole run', () => {
  expect(plan({ kind: 'always' }, 8000)).toEqual([{ at: 0, until: 8000 }]);
});

test('a fault that lasts longer than its interval delays the next', () => {
  expect(
    plan({ kind: 'clock', every: fixed(10), for: fixed(30), after: undefined }, 100).map(({ at }) => at),
  ).toEqual([10, 40, 70]);
});

test('no interval at all comes to an end too', () => {
  expect(plan({ kind: 'clock', every: fixed(0), for: fixed(0), after: undefined }, 50).length).toBe(50);
});

test('random intervals: seeded, in bounds, apart, and all over by the end', () => {
  const span = fc
    .tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: 3000 }))
    .map(([min, more]) => ({ min, max: min + more }));
  fc.assert(
    fc.property(
      fc.integer(),
      span,
      span,
      fc.integer({ min: 1, max: 30_000 }),
      (seed, every, length, time) => {
        const timing = { kind: 'clock', every, for: length, after: undefined } as const;
        const slots = plan(timing, time, seed);
        expect(plan(timing, time, seed)).toEqual(slots);
        for (const [index, { at, until }] of slots.entries()) {
          expect(until).toBeLessThanOrEqual(time);
          expect(at).toBeGreaterThanOrEqual(index === 0 ? every.min : slots[index - 1]!.until);
          if (index > 0) {
            expect(at - slots[index - 1]!.at).toBeGreaterThanOrEqual(every.min);
            expect(at - slots[index - 1]!.at).toBeLessThanOrEqual(Math.max(every.max, length.max));
            expect(until - at).toBeGreaterThanOrEqual(length.min);
          }
          expect(until - at).toBeLessThanOrEqual(length.max);
        }
      },
    ),
  );
});
