import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByProcess } from './by-process.ts';
import type { ProcessId } from './op.ts';

const process = fc.oneof<fc.Arbitrary<ProcessId>[]>(
  fc.nat(20),
  fc.constantFrom<ProcessId>(-1, 0.5, 2 ** 20 - 1, 2 ** 20, 2 ** 53 - 1, '3', 'nemesis-0'),
);

test('it is a map, whatever the process', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(process, fc.option(fc.nat(), { nil: undefined }))), (steps) => {
      const found = new ByProcess<number>();
      const expected = new Map<ProcessId, number>();
      for (const [id, value] of steps) {
        found.set(id, value);
        if (value === undefined) expected.delete(id);
        else expected.set(id, value);
        expect(found.get(id)).toBe(value);
      }
      for (const [id] of steps) expect(found.get(id)).toBe(expected.get(id));
      const inOrder = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
      expect(inOrder(found.values())).toEqual(inOrder(expected.values()));
    }),
  );
});
