import { expect, test } from 'vitest';
import { FOLLOW, scrolled, TOP, topOf, type Scroll } from './scroll.ts';

const at = (top: number): Scroll => ({ kind: 'at', top });

test.each<readonly [string, Scroll, number, number, number]>([
  ['what follows shows the end', FOLLOW, 100, 10, 90],
  ['of a short list everything', FOLLOW, 3, 10, 0],
  ['a place', at(20), 100, 10, 20],
  ['a place beyond the end', at(99), 100, 10, 90],
])('%s', (_, scroll, length, height, top) => expect(topOf(scroll, length, height)).toBe(top));

test.each<readonly [string, Scroll, Scroll | undefined]>([
  ['up', FOLLOW, at(89)],
  ['down', at(20), at(21)],
  ['pageup', at(20), at(11)],
  ['pagedown', at(20), at(29)],
  ['pagedown', at(85), FOLLOW],
  ['pageup', at(5), at(0)],
  ['home', FOLLOW, TOP],
  ['end', at(3), FOLLOW],
  ['down', FOLLOW, FOLLOW],
  ['x', FOLLOW, undefined],
])('%s from %o', (key, from, to) => expect(scrolled(from, key, 100, 10)).toEqual(to));

test('a list that is shorter than its room does not move', () => {
  expect(scrolled(TOP, 'up', 3, 10)).toEqual(TOP);
});
