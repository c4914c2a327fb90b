/** Random runs of the correct system: nothing may be found in any (`systems/testing/fuzz-tests.ts`). */
import { expect, test } from 'vitest';
import type { FuzzResult } from '../testing/fuzz.ts';
import { expectNothing, seeds } from '../testing/fuzz-tests.ts';
import { marks } from './marks.ts';
import { fuzz, type FuzzOptions } from './testing/fuzz.ts';

const all = seeds(300);

const WITH_LEASES: readonly string[] = ['lease-read', 'promise-kept'];

test(
  'under everything at once: Raft’s properties hold, histories are linearizable, and it recovers',
  { timeout: 1e9 },
  () => {
    const reached = new Set<string>();
    let operations = 0;
    for (const seed of all) {
      const result = fuzz({ seed: `raft ${seed}` });
      expectNothing(seed, result);
      for (const mark of Object.keys(result.marks)) reached.add(mark);
      operations += result.completed;
    }
    if (all.length < 100) return;
    // The runs prove something: clients got through, and every interesting state was reached.
    expect(operations / all.length).toBeGreaterThan(50);
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
  for (const seed of all) {
    const result = withLeases(seed, { clockBound: 110, clockError: 110 });
    expectNothing(seed, result);
    for (const mark of WITH_LEASES) counts.set(mark, (counts.get(mark) ?? 0) + (result.marks[mark] ?? 0));
  }
  if (all.length < 100) return;
  expect(counts.get('lease-read')! / all.length).toBeGreaterThan(10);
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
