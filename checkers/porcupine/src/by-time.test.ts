import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortByTime } from './by-time.ts';

describe('sorted by time', () => {
  test('is in order, and of the same time in the order in which it was', () => {
    const times = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 20 })),
      // Long, and the wrong way round: too far from being in order.
      fc.integer({ min: 50, max: 300 }).map((n) => Array.from({ length: n }, (_, i) => (n - i) >> 1)),
      fc.array(fc.constantFrom(1, 2, Infinity, -Infinity)),
    );
    fc.assert(
      fc.property(times, (drawn) => {
        const items = Int32Array.from(drawn.keys());
        sortByTime(items, Float64Array.from(drawn));
        const expected = [...drawn.keys()].sort((a, b) =>
          drawn[a]! < drawn[b]! ? -1 : drawn[a]! > drawn[b]! ? 1 : 0,
        );
        expect([...items]).toEqual(expected);
      }),
    );
  });
});
