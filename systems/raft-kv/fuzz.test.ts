/**
 * Random runs of the correct system: nothing may be found in any. `SEEDS=5000` runs more of them, and
 * `SEED=17` one again, with all that happened.
 */
import { expect, test } from 'vitest';
import { marks } from './marks.ts';
import { fuzz, type FuzzOptions, type FuzzResult } from './testing/fuzz.ts';

const seeds =
  process.env['SEED'] === undefined
    ? Array.from({ length: Number(process.env['SEEDS'] ?? 300) }, (_, seed) => seed)
    : [Number(process.env['SEED'])];

const WITH_LEASES: readonly string[] = ['lease-read', 'promise-kept'];

test(
  'under everything at once: Raft’s properties hold, histories are linearizable, and it recovers',
  { timeout: 1e9 },
  () => {
    const reached = new Set<string>();
    let operations = 0;
    for (const seed of seeds) {
      const result = fuzz({ seed: `raft ${seed}` });
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
    const without = Object.keys(marks).filter((mark) => !WITH_LEASES.includes(mark));
    expect([...reached].sort()).toEqual(without.sort());
  },
);

/** Clocks are off by up to `clockError` ms, of which the nodes are told `clockBound`. */
function withLeases(
  seed: number,
  {
    clockBound,
    clockError,
    troubles = {},
  }: { readonly clockBound: number } & Pick<FuzzOptions, 'clockError' | 'troubles'>,
): FuzzResult {
  return fuzz({
    seed: `lease ${seed}`,
    nodes: 5,
    clients: 12,
    clockError,
    options: { leaseReads: true, clockBound, electionTimeout: 150, attemptTimeout: 60 },
    pace: 600,
    mix: { get: 6, put: 2 },
    troubles,
  });
}

test('leases: as long as clocks keep to the bound, reads are linearizable', { timeout: 1e9 }, () => {
  const counts = new Map<string, number>();
  for (const seed of seeds) {
    const result = withLeases(seed, { clockBound: 110, clockError: 110 });
    const { violations, broken, live, halted } = result;
    expect({ violations, broken, live, halted }, account(seed, result)).toEqual({
      violations: [],
      broken: [],
      live: true,
      halted: [],
    });
    for (const mark of WITH_LEASES) counts.set(mark, (counts.get(mark) ?? 0) + (result.marks[mark] ?? 0));
  }
  if (seeds.length < 100) return;
  expect(counts.get('lease-read')! / seeds.length).toBeGreaterThan(10);
  expect(counts.get('promise-kept')).toBeGreaterThan(0);
});

test('leases: when clocks are off by more than the bound, clients see it', { timeout: 1e9 }, () => {
  const tries = Array.from({ length: 200 }, (_, seed) => seed);
  // What shows it is a leader that is cut off and believes its lease while others have elected another.
  const troubles = {
    split: 0,
    cutLinks: 0,
    cutClients: 0,
    crashLeader: 0,
    crashOne: 0,
    crashAll: 0,
    crashVoter: 0,
    pause: 0,
    isolateLeader: 6,
    heal: 5,
  };
  const off = { clockBound: 0, clockError: 200, troubles };
  expect(tries.some((seed) => withLeases(seed, off).broken.length > 0)).toBe(true);
});

test('the same seed gives the same run', () => {
  expect(fuzz({ seed: 'again' }).log).toEqual(fuzz({ seed: 'again' }).log);
});

function account(seed: number, { log }: FuzzResult): string {
  const shown = process.env['SEED'] === undefined ? log.slice(-30) : log;
  return `SEED=${seed} shows all of it:\n${shown.join('\n')}`;
}
