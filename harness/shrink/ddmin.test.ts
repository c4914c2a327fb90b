import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ddmin } from './ddmin.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('what must be there stays, and nothing else', () => {
  test('for any set of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.array(fc.nat(60)), async (count, needed) => {
        const all = numbers(count);
        const must = [...new Set(needed.filter((n) => n < count))].sort((a, b) => a - b);
        const kept = await ddmin(all, (rest) => Promise.resolve(must.every((n) => rest.includes(n))));
        expect(kept).toEqual(must);
      }),
    );
  });

  test('a thousand items of which three matter take far fewer attempts than items', async () => {
    let attempts = 0;
    const kept = await ddmin(numbers(1000), (rest) => {
      attempts++;
      return Promise.resolve([17, 400, 999].every((n) => rest.includes(n)));
    });
    expect(kept).toEqual([17, 400, 999]);
    expect(attempts).toBeLessThan(120);
  });
});

test('where more is not worse none of what is left can be left out alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(30), fc.integer(), async (count, seed) => {
      // Any rule at all, so long as it is a function of what is kept.
      const fails = (rest: readonly number[]): boolean =>
        rest.length === count ||
        Math.imul(
          rest.reduce((sum, n) => Math.imul(sum, 31) + n, seed),
          40503,
        ) %
          3 ===
          0;
      const kept = await ddmin(numbers(count), (rest) => Promise.resolve(fails(rest)));
      expect(fails(kept)).toBe(true);
      if (kept.length < 2) return;
      for (const one of kept) expect(fails(kept.filter((other) => other !== one))).toBe(false);
    }),
  );
});

test('an item that only matters while another is there goes as well', async () => {
  // 7 is needed as long as 3 is; 3 is needed by nobody.
  const fails = (rest: readonly number[]): boolean =>
    rest.includes(1) && (!rest.includes(3) || rest.includes(7));
  expect(await ddmin(numbers(10), (rest) => Promise.resolve(fails(rest)))).toEqual([1]);
});

test('coarse: no piece is smaller than asked', async () => {
  const removed: number[] = [];
  const kept = await ddmin(
    numbers(16),
    (rest) => {
      removed.push(16 - rest.length);
      return Promise.resolve(false);
    },
    { finest: 4 },
  );
  expect(kept).toHaveLength(16);
  expect(Math.min(...removed)).toBe(4);
});

test('nothing to remove is asked about nothing', async () => {
  expect(await ddmin([], () => Promise.reject(new Error('asked')))).toEqual([]);
});
