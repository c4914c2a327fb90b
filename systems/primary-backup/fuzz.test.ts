/** Random runs of the correct system: nothing may be found in any (`systems/testing/fuzz-tests.ts`). */
import { expect, test } from 'vitest';
import { expectNothing, seeds } from '../testing/fuzz-tests.ts';
import { marks } from './marks.ts';
import { fuzz } from './testing/fuzz.ts';

const all = seeds(150);

test(
  'under everything at once: one primary an epoch, replicas agree, histories are linearizable, and it recovers',
  { timeout: 1e9 },
  () => {
    const reached = new Set<string>();
    let operations = 0;
    for (const seed of all) {
      const result = fuzz({ seed: `primary-backup ${seed}` });
      expectNothing(seed, result);
      for (const mark of Object.keys(result.marks)) reached.add(mark);
      operations += result.completed;
    }
    if (all.length < 100) return;
    // The runs prove something: clients got through, and every interesting state was reached.
    expect(operations / all.length).toBeGreaterThan(50);
    expect([...reached].sort()).toEqual(Object.keys(marks).sort());
  },
);

test('the same seed gives the same run', () => {
  expect(fuzz({ seed: 'again' }).log).toEqual(fuzz({ seed: 'again' }).log);
});
