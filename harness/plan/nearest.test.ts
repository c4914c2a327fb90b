import { expect, test } from 'vitest';
import { SHAPES } from '../../nemesis/entry.ts';
import { nearest } from './nearest.ts';

test.each([
  ['majority-ring', 'majorities-ring'],
  ['brigde', 'bridge'],
  ['Bridge', 'bridge'],
  ['isolate', 'isolate-leader'],
  ['ring', 'majorities-ring'],
  ['client', 'clients'],
  ['majority', 'majority-minority'],
  ['on', 'one'],
])('%s is %s', (word, meant) => expect(nearest(word, SHAPES)).toBe(meant));

test.each(['minorities', 'x', '', 'completely-different', 'l'.repeat(1000)])('%.20s is nothing', (word) =>
  expect(nearest(word, SHAPES)).toBeUndefined(),
);
