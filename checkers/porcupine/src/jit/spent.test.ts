import { expect, it } from 'vitest';
import { Random } from '../testing/random.ts';
import { NOTHING_SPENT, SpentTable } from './spent.ts';

/** Any class is as good as another; some far from each other. */
const CLASSES = [0, 1, 2, 3, 7, 1000, 90_000];

function counted(steps: readonly number[]): string {
  return [...steps].sort((a, b) => a - b).join();
}

it('gives the same number to the same multiset, in whatever order it was spent, and only to that', () => {
  const random = new Random(1);
  const table = new SpentTable();
  const ids = new Map<string, number>([['', NOTHING_SPENT]]);
  for (let walk = 0; walk < 2000; walk++) {
    const steps: number[] = [];
    let id = NOTHING_SPENT;
    for (let i = random.int(8); i >= 0; i--) {
      const of = CLASSES[random.int(CLASSES.length)]!;
      id = table.spend(id, of);
      steps.push(of);
      const multiset = counted(steps);
      expect(ids.get(multiset) ?? id, multiset).toBe(id);
      ids.set(multiset, id);
    }
  }
  expect(new Set(ids.values()).size).toBe(ids.size);
});

it('says which multiset is within which', () => {
  const random = new Random(2);
  const table = new SpentTable();
  const walks = Array.from({ length: 120 }, () => {
    const counts = new Map<number, number>();
    let id = NOTHING_SPENT;
    for (let i = random.int(7); i > 0; i--) {
      const of = CLASSES[random.int(4)]!;
      id = table.spend(id, of);
      counts.set(of, (counts.get(of) ?? 0) + 1);
    }
    return { id, counts };
  });
  for (const less of walks) {
    for (const more of walks) {
      const within = [...less.counts].every(([of, count]) => (more.counts.get(of) ?? 0) >= count);
      expect(table.within(less.id, more.id)).toBe(within);
    }
  }
});
