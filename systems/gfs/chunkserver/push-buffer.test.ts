/** Data that is pushed in pieces is there when all of it is, and makes room when there is too much of it. */
import { expect, test } from 'vitest';
import { bytesOf, textOf } from '../bytes.ts';
import { PushBuffer } from './push-buffer.ts';

const put = (buffer: PushBuffer, id: string, offset: number, size: number, text: string): number =>
  buffer.put(id, offset, size, bytesOf(text));
const got = (buffer: PushBuffer, id: string): string | undefined => {
  const data = buffer.get(id);
  return data && textOf(data);
};

test('pieces in any order, one of them twice', () => {
  const buffer = new PushBuffer(100);
  put(buffer, 'a', 4, 10, 'efgh');
  put(buffer, 'a', 8, 10, 'ij');
  put(buffer, 'a', 4, 10, 'efgh');
  expect(got(buffer, 'a')).toBeUndefined();
  put(buffer, 'a', 0, 10, 'abcd');
  expect(got(buffer, 'a')).toBe('abcdefghij');
});

test('data of no bytes', () => {
  const buffer = new PushBuffer(100);
  put(buffer, 'a', 0, 0, '');
  expect(got(buffer, 'a')).toBe('');
});

test('what was used least recently goes first, whole or not; what comes never makes itself go', () => {
  const buffer = new PushBuffer(10);
  expect(put(buffer, 'whole', 0, 4, 'abcd')).toBe(0);
  expect(put(buffer, 'begun', 0, 4, 'ab')).toBe(0);
  expect(got(buffer, 'whole')).toBe('abcd');
  expect(put(buffer, 'new', 0, 5, 'vwxyz')).toBe(1);
  expect(got(buffer, 'whole')).toBe('abcd');
  // Of what had begun and is gone, the rest is not all.
  expect(put(buffer, 'begun', 2, 4, 'cd')).toBe(1);
  expect([got(buffer, 'begun'), got(buffer, 'new'), got(buffer, 'whole')]).toEqual([
    undefined,
    undefined,
    'abcd',
  ]);
  expect(put(buffer, 'large', 0, 20, 'a')).toBe(2);
});
