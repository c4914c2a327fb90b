import { describe, expect, test } from 'vitest';
import type { Operation } from './model.ts';
import { register } from './models/register.ts';
import { chunkOf, Rows, type Columns } from './rows.ts';
import { Scratch } from './scratch.ts';
import { timeline } from './testing/timeline.ts';
import { verifyCourse } from './verify-course.ts';
import { verifyWitness } from './verify.ts';

function columnsOf(operations: readonly Operation[]): { columns: Columns; initial: number } {
  const makeChunk = (count: number): ReturnType<typeof chunkOf> => chunkOf(new Float64Array(4 * count));
  const rows = new Rows(register(), { makeChunk });
  for (const operation of operations) if (!rows.write(operation as never)) throw new Error('is unfit');
  return { columns: rows.columns(new Scratch(0)), initial: rows.initial };
}

function faultIn(drawing: string, order: readonly number[]): unknown {
  const { columns, initial } = columnsOf(timeline(drawing));
  return verifyCourse(columns, initial, Int32Array.from(order));
}

const WRITES_AND_A_READ = `write 1      |--|
                           write 2            |----|
                           read → 1             |----|
                           write 3 → ?          |---`;
const CAS = `cas 1 2 → mismatch  |--|
             write 1                 |---|
             cas 1 2 → ok            |---|
             cas 2 3 → ?             |---`;

describe('a linearization', () => {
  test.each([
    ['of the known operations', WRITES_AND_A_READ, [0, 2, 1], undefined],
    ['with one of unknown outcome', WRITES_AND_A_READ, [0, 2, 3, 1], undefined],
    ['with an illegal read', WRITES_AND_A_READ, [0, 1, 2], { operation: 2, kind: 'illegal' }],
    ['that does not begin at the beginning', WRITES_AND_A_READ, [2, 0, 1], { operation: 2, kind: 'illegal' }],
    ['with a known operation left out', WRITES_AND_A_READ, [0, 2], { operation: 1, kind: 'missing' }],
    ['with an operation twice', WRITES_AND_A_READ, [0, 2, 0, 1], { operation: 0, kind: 'occursTwice' }],
    ['with a stranger', WRITES_AND_A_READ, [0, 2, 9, 1], { operation: 9, kind: 'occursTwice' }],
    ['with one before the first', WRITES_AND_A_READ, [0, -1, 2, 1], { operation: -1, kind: 'occursTwice' }],
    ['against real time', WRITES_AND_A_READ, [3, 0, 2, 1], { operation: 0, kind: 'tooLate' }],
    ['of cas', CAS, [0, 1, 2], undefined],
    ['of cas, with one of unknown outcome', CAS, [0, 1, 2, 3], undefined],
    ['with one of unknown outcome that changes nothing', CAS, [0, 1, 3, 2], undefined],
    ['with an illegal cas', CAS, [0, 2, 1], { operation: 2, kind: 'illegal' }],
    ['with a cas that should have succeeded', CAS, [1, 0, 2], { operation: 0, kind: 'tooLate' }],
  ])('%s', (_, drawing, order, fault) => {
    expect(faultIn(drawing, order)).toEqual(fault);
  });

  test('with a cas that should have succeeded', () => {
    const drawing = `write 1             |------|
                     cas 1 2 → mismatch  |------|`;
    expect(faultIn(drawing, [0, 1])).toEqual({ operation: 1, kind: 'illegal' });
    expect(faultIn(drawing, [1, 0])).toBe(undefined);
  });
});

test('is judged as by the model, step by step', () => {
  const drawings = [WRITES_AND_A_READ, CAS];
  let right = 0;
  for (const drawing of drawings) {
    const operations = timeline(drawing);
    const { columns, initial } = columnsOf(operations);
    for (const order of orders(operations.length)) {
      const expected = verifyWitness(register(), operations as never, order) === undefined;
      expect(verifyCourse(columns, initial, Int32Array.from(order)) === undefined).toBe(expected);
      if (expected) right++;
    }
  }
  expect(right).toBeGreaterThan(4);
});

/** Of some of the first `count` numbers, all orders. */
function orders(count: number, taken: readonly number[] = []): number[][] {
  const longer: number[][] = [[...taken]];
  for (let i = 0; i < count; i++) if (!taken.includes(i)) longer.push(...orders(count, [...taken, i]));
  return longer;
}
