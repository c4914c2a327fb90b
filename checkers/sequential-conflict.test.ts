import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallestConflict } from './sequential-conflict.ts';

const numbers = Array.from({ length: 20 }, (_, n) => n);
/** What contradicts each other: any of these sets, whole. */
const conflicts = fc.array(fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
});

test('what is found contradicts, and less of it does not', () => {
  fc.assert(
    fc.property(conflicts, (sets) => {
      const contradict = (kept: ReadonlySet<number>): boolean =>
        sets.some((set) => set.every((one) => kept.has(one)));
      const found = smallestConflict(numbers, contradict)!;
      expect(contradict(new Set(found))).toBe(true);
      for (const one of found) {
        expect(contradict(new Set(found.filter((other) => other !== one)))).toBe(false);
      }
    }),
  );
});

test('few questions for few of many', () => {
  let asked = 0;
  const many = Array.from({ length: 10_000 }, (_, n) => n);
  const found = smallestConflict(many, (kept) => {
    asked++;
    return [7, 5000, 9999].every((one) => kept.has(one));
  });
  expect(found).toEqual([9999, 5000, 7]);
  expect(asked).toBeLessThan(50);
});

test('nothing is needed where there is a contradiction without', () => {
  expect(smallestConflict(numbers, () => true)).toEqual([]);
});

test('no answer, no conflict', () => {
  expect(smallestConflict(numbers, () => undefined)).toBeUndefined();
});
