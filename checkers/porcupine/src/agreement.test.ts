/**
 * Every algorithm against every other, on histories too large for the definition: those of a correct
 * store, and what one change makes of them. They share no search, so what they agree on is hardly wrong.
 */
import { describe, expect, test } from 'vitest';
import { checkOperations } from './check.ts';
import type { Verdict } from './model.ts';
import { kv } from './models/kv.ts';
import { online } from './online/online.ts';
import { mutate, mutations } from './testing/mutate.ts';
import { eventsOf } from './testing/events.ts';
import { Random } from './testing/random.ts';
import { simulate, type KvOperation, type Simulation } from './testing/simulate.ts';

const SEEDS = 80;
const MIXES = [
  { get: 5, put: 3, cas: 2, append: 0, delete: 0 },
  { get: 4, put: 2, cas: 3, append: 0, delete: 1 },
  { get: 4, put: 1, cas: 0, append: 3, delete: 0 },
];

function settings(seed: number): Simulation {
  return {
    seed,
    operations: 30 + (seed % 170),
    clients: 2 + (seed % 6),
    keys: 1,
    weights: MIXES[seed % 3]!,
    unknown: [0, 0.05, 0.15][(seed >> 2) % 3]!,
    ...(seed % 5 === 0 && { values: 4 }),
  };
}

type Answers = Readonly<Record<'auto' | 'zones' | 'jit' | 'general' | 'online', Verdict>>;

function answers(history: readonly KvOperation[]): Answers {
  const by = (algorithm: 'auto' | 'zones' | 'jit' | 'general'): Verdict =>
    checkOperations(kv(), history, { algorithm, timeout: algorithm === 'general' ? 300 : 20_000 }).verdict;
  const checker = online(kv());
  for (const event of eventsOf(history)) checker.push(event);
  return {
    auto: by('auto'),
    zones: by('zones'),
    jit: by('jit'),
    general: by('general'),
    online: checker.verdict().verdict,
  };
}

describe.each(['none', ...mutations] as const)('change: %s', (change) => {
  test('all algorithms that decide say the same', () => {
    const decided = { auto: 0, zones: 0, jit: 0, general: 0, online: 0 };
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const valid = simulate(settings(seed));
      const history = change === 'none' ? valid : mutate(valid, change, new Random(seed));
      const given = answers(history);
      verdicts[given.auto]++;
      if (change === 'none') expect(given.auto, `seed ${seed}`).toBe('valid');
      for (const name of Object.keys(decided) as (keyof Answers)[]) {
        if (given[name] === 'unknown') continue;
        decided[name]++;
        expect(given[name], `seed ${seed}: ${JSON.stringify(given)}`).toBe(given.auto);
      }
    }
    // Else it would agree about nothing.
    expect(decided).toMatchObject({ auto: SEEDS, jit: SEEDS });
    expect(decided.online).toBeGreaterThan(SEEDS * 0.75);
    expect(decided.zones).toBeGreaterThan(SEEDS / 4);
    expect(decided.general).toBeGreaterThan(SEEDS / 3);
    if (change !== 'none') expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(0);
  });
});
