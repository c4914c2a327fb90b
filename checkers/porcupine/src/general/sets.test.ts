import { expect, test } from 'vitest';
import { Random } from '../testing/random.ts';
import { EMPTY_SET, Sets } from './sets.ts';

test.each([1, 32, 33, 200, 5000])('sets of numbers below %i', (size) => {
  const sets = new Sets(size);
  const random = new Random(size);
  const numbers = new Map<string, number>([['', EMPTY_SET]]);
  const made: { readonly items: ReadonlySet<number>; readonly id: number }[] = [
    { items: new Set(), id: EMPTY_SET },
  ];
  for (let i = 0; i < 300; i++) {
    const from = made[random.int(made.length)]!;
    const item = random.int(size);
    const items = new Set([...from.items, item]);
    const id = sets.add(from.id, item);
    const key = [...items].sort((a, b) => a - b).join();
    expect(id).toBe(numbers.get(key) ?? id);
    numbers.set(key, id);
    made.push({ items, id });
  }
  expect(new Set(numbers.values()).size).toBe(numbers.size);
  for (const a of made) {
    for (const b of made)
      expect(sets.within(a.id, b.id)).toBe([...a.items].every((item) => b.items.has(item)));
  }
});
