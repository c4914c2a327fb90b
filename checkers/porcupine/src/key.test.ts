import { describe, expect, test } from 'vitest';
import { Keys } from './key.ts';

class Point {
  readonly x = 1;
}

const marked = { [Symbol('mark')]: 1 };
const point = new Point();

describe('the key', () => {
  test.each<[string, unknown, unknown]>([
    ['equal texts', 'ab', 'a' + 'b'],
    ['not a number', NaN, NaN],
    ['equal lists', [1, [2, null]], [1, [2, null]]],
    ['equal records', { f: 'cas', value: [1, 2] }, { f: 'cas', value: [1, 2] }],
    ['records without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['the same object', point, point],
  ])('is the same of %s', (_, a, b) => {
    const keys = new Keys();
    expect(keys.of(a)).toBe(keys.of(b));
  });

  test('is another one of everything else', () => {
    const different: unknown[] = [
      ...[undefined, null, true, false, 0, -0, 1, NaN, 1n, '', '1', 'null', 'a', 'b', 'ab'],
      ...[[], [[]], [undefined], [1], [1, 2], [[1], 2], [[1, 2]], ['a', 1], { 0: 1 }],
      ...[{}, { a: 1 }, { a: '1' }, { a: undefined }, { a: [1] }, { a: { b: 1 } }, { a: 1, b: 1 }, { ab: 1 }],
      ...[new Point(), point, { x: 1 }, marked, (): number => 1, new Map()],
    ];
    const keys = new Keys();
    const numbers = different.map((value) => keys.of(value));
    expect(new Set(numbers).size).toBe(different.length);
    expect(different.map((value) => keys.of(value))).toEqual(numbers);
  });

  test('of what contains itself only equals itself', () => {
    const circular = (): unknown[] => {
      const list: unknown[] = [1];
      list.push(list);
      return list;
    };
    const [a, b] = [circular(), circular()];
    const keys = new Keys();
    expect(keys.of(a)).toBe(keys.of(a));
    expect(keys.of(a)).not.toBe(keys.of(b));
  });
});
