/**
 * Random runs of the correct system: nothing may be found in any. `SEEDS=5000` runs more of them, and
 * `SEED=17` one again, with all that happened.
 */
import { expect, test } from 'vitest';
import { marks } from './marks.ts';
import { fuzz, type FuzzResult } from './testing/fuzz.ts';

const seeds =
  process.env['SEED'] === undefined
    ? Array.from({ length: Number(process.env['SEEDS'] ?? 150) }, (_, seed) => seed)
    : [Number(process.env['SEED'])];

test(
  'under everything at once: one primary an epoch, replicas agree, histories are linearizable, and it recovers',
  { timeout: 1e9 },
  () => {
    const reached = new Set<string>();
    let operations = 0;
    for (const seed of seeds) {
      const result = fuzz({ seed: `primary-backup ${seed}` });
      const { violations, broken, live, halted } = result;
      expect({ violations, broken, live, halted }, account(seed, result)).toEqual({
        violations: [],
        broken: [],
        live: true,
        halted: [],
      });
      for (const mark of Object.keys(result.marks)) reached.add(mark);
      operations += result.completed;
    }
    if (seeds.length < 100) return;
    // The runs prove something: clients got through, and every interesting state was reached.
    expect(operations / seeds.length).toBeGreaterThan(50);
    expect([...reached].sort()).toEqual(Object.keys(marks).sort());
  },
);

test('the same seed gives the same run', () => {
  expect(fuzz({ seed: 'again' }).log).toEqual(fuzz({ seed: 'again' }).log);
});

function account(seed: number, { log }: FuzzResult): string {
  const shown = process.env['SEED'] === undefined ? log.slice(-30) : log;
  return `SEED=${seed} shows all of it:\n${shown.join('\n')}`;
}
