/**
 * Each seeded bug, switched on, must be found within so many random runs: by what clients see, or, where
 * that needs more luck, by what replicas promise each other. The runs are those of the fuzz test, with the
 * troubles and options that the bug needs to show.
 *
 * `SEEDS=200` runs them all through, and tells how often each was found.
 */
import { expect, test } from 'vitest';
import { bugs, type Bug } from './bugs.ts';
import { fuzz, type FuzzOptions } from './testing/fuzz.ts';

const APPENDS = { get: 4, append: 6 };
const SOON = { attemptTimeout: 60 };

const plans: { readonly [bug in Bug]: Omit<FuzzOptions, 'seed' | 'bugs'> } = {
  'no-output-rule': { troubles: { isolatePrimary: 8 } },
  'no-test-and-set': { nodes: 3, options: SOON, troubles: { partPair: 8 } },
  'loser-keeps-serving': { options: SOON, troubles: { partPair: 8, pause: 6 } },
  'non-atomic-test-and-set': { nodes: 3, options: SOON, troubles: { partPair: 8 }, arbiterSync: 100 },
  'arbiter-forgets': { nodes: 3, troubles: { partPair: 8, crashArbiter: 6 } },
  'nondeterminism-not-logged': { mix: { get: 1, draw: 3 } },
  'replay-out-of-order': { mix: APPENDS },
  'state-transfer-loses-tail': { options: { transferChunk: 64 }, mix: APPENDS },
  'rearm-too-early': { options: { transferChunk: 64, maxBatch: 1 }, mix: APPENDS },
  'old-primary-resumes': { troubles: { crashPrimary: 8, isolatePrimary: 6 } },
  'no-dedup-after-failover': {
    options: SOON,
    mix: APPENDS,
    troubles: { cutClients: 8, crashPrimary: 6 },
  },
};

const ENOUGH = 300;

test.each(Object.keys(bugs) as Bug[])('%s', { timeout: 1e9 }, (bug) => {
  const all = process.env['SEEDS'];
  const found = { byClients: 0, byPromises: 0 };
  const runs = Number(all ?? ENOUGH);
  for (let seed = 0; seed < runs; seed++) {
    const { broken, violations } = fuzz({ seed: `bug ${seed}`, bugs: [bug], ...plans[bug] });
    if (broken.length > 0) found.byClients++;
    if (violations.length > 0) found.byPromises++;
    if (broken.length + violations.length > 0 && all === undefined) return;
  }
  if (all !== undefined)
    console.log(`${bug}: in ${runs} runs, by clients ${found.byClients}, by promises ${found.byPromises}`);
  expect(found.byClients + found.byPromises, `${bug}: runs in which it was seen`).toBeGreaterThan(0);
});

test.each(Object.keys(bugs) as Bug[])('without %s, its runs are right', (bug) => {
  for (let seed = 0; seed < 3; seed++) {
    const { broken, violations, halted } = fuzz({ seed: `bug ${seed}`, ...plans[bug] });
    expect({ broken, violations, halted }).toEqual({ broken: [], violations: [], halted: [] });
  }
});
