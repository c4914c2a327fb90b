import { describe, expect, test } from 'vitest';
import { idsOf, repeatedId, UNKNOWN_ID } from './ids.ts';
import type { Operation } from './model.ts';
import { Random } from './testing/random.ts';

function operationsOf(ids: readonly number[]): Operation[] {
  return ids.map((id) => ({ id, process: 0, input: 0, output: 0, call: 0, return: 1 }));
}

const random = new Random(1);
const SPREADS: readonly (readonly [string, () => number])[] = [
  ['close together', () => random.int(100)],
  ['far apart', () => random.int(1e9) - 5e8],
  ['too far apart for whole numbers', () => random.int(2 ** 32) * 2 ** 20],
  ['no integers', () => random.real()],
];

describe.each(SPREADS)('ids %s', (_, draw) => {
  test('are found where they last are, and no others', () => {
    for (let run = 0; run < 500; run++) {
      const ids = Array.from({ length: random.int(20) }, draw);
      const found = idsOf(operationsOf(ids));
      for (const id of [...ids, ...ids.map((id) => id + 1), draw(), ids[0]! + 0.5, NaN]) {
        expect(found.find(id)).toBe(ids.includes(id) ? ids.lastIndexOf(id) : UNKNOWN_ID);
      }
      expect(repeatedId(Float64Array.from(ids))).toBe(ids.find((id, i) => ids.lastIndexOf(id) !== i));
    }
  });
});
