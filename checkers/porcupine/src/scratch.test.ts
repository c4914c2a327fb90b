import { expect, test } from 'vitest';
import { Scratch, withScratch } from './scratch.ts';

test('arrays are as new ones, and apart from each other, also where there is more than was asked for', () => {
  const scratch = new Scratch(100);
  for (let round = 0; round < 3; round++) {
    scratch.begin();
    const arrays = [scratch.uint8(3), scratch.int32(5, -1), scratch.float64(7), scratch.int32(1000)];
    expect(arrays.map((array) => [...new Set(array)])).toEqual([[0], [-1], [0], [0]]);
    arrays.forEach((array, i) => array.fill(i + 1));
    expect(arrays.map((array) => [...new Set(array)])).toEqual([[1], [2], [3], [4]]);
  }
});

test('what is taken within is free again, and what was taken before is left alone', () => {
  const scratch = new Scratch(0);
  const before = scratch.int32(10, 7);
  for (let length = 1; length < 10_000; length *= 3) scratch.within(() => scratch.int32(length, 9));
  expect([...new Set(before)]).toEqual([7]);
  const { lease } = scratch;
  scratch.begin();
  expect(scratch.lease).not.toBe(lease);
});

test('what is kept stays as it is, whatever begins and however much is taken', () => {
  const scratch = new Scratch(64);
  const kept = scratch.int32(8, 3);
  scratch.keep();
  for (let length = 1; length < 5000; length *= 7) {
    scratch.begin();
    scratch.int32(length, 5);
    expect([...new Set(kept)]).toEqual([3]);
  }
});

test('one check within another has room of its own', () => {
  withScratch(1000, (outer) => {
    const numbers = outer.int32(10, 1);
    withScratch(1000, (inner) => inner.int32(200, 2));
    withScratch(1000, (inner) => inner.int32(200, 2));
    expect([...new Set(numbers)]).toEqual([1]);
  });
});
