import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('partitions side by side: each position once, in order', () => {
  const lengths = fc.array(fc.oneof(fc.nat(5), fc.nat(30_000)), { maxLength: 6 });
  fc.assert(
    fc.property(lengths, (drawn) => {
      const reached = drawn.map(() => 0);
      sideBySide(drawn, (partition, first, end) => {
        expect(first).toBe(reached[partition]);
        expect(end).toBeGreaterThan(first);
        reached[partition] = end;
      });
      expect(reached).toEqual(drawn);
    }),
  );
});
