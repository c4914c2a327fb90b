/**
 * Zones against the just-in-time search, which shares nothing with it but the model, on histories of a
 * few hundred operations: those of a correct store, and some with answers changed.
 */
import { describe, expect, test } from 'vitest';
import type { Answer, MakeAlgorithm } from '../algorithm.ts';
import { Budget, OutOfBudget } from '../budget.ts';
import { jit } from '../jit/jit.ts';
import { kv } from '../models/kv.ts';
import type { Value } from '../models/value.ts';
import { Random } from '../testing/random.ts';
import { simulate, type KvOperation, type Simulation } from '../testing/simulate.ts';
import { verifyWitness } from '../verify.ts';
import { zones } from './zones.ts';

const RUNS = Number(process.env['ZONES_RUNS'] ?? 300);
/** For the search, which may explode where zones do not. */
const MILLISECONDS = 2000;

const WEIGHTS = {
  'reads and writes': { get: 5, put: 5, append: 0, cas: 0, delete: 0 },
  cas: { get: 4, put: 2, append: 0, cas: 4, delete: 0 },
  'mostly cas': { get: 1, put: 0.3, append: 0, cas: 5, delete: 0 },
  appends: { get: 5, put: 1, append: 5, cas: 0, delete: 0 },
  'appends and cas': { get: 4, put: 1, append: 4, cas: 2, delete: 0 },
  deletes: { get: 5, put: 4, append: 0, cas: 1, delete: 0.2 },
} satisfies Record<string, Simulation['weights']>;

describe.each(Object.entries(WEIGHTS))('%s', (name, weights) => {
  test('agree with the search', { timeout: 600_000 }, () => {
    const random = new Random(Number(process.env['ZONES_SEED'] ?? 1));
    const tally = { valid: 0, invalid: 0, undecided: 0, unsearched: 0 };
    for (let run = 0; run < RUNS; run++) {
      const simulated = simulate({
        seed: random.int(2 ** 31),
        operations: 10 + random.int(random.pick([30, 300])),
        clients: 2 + random.int(random.pick([4, 20])),
        keys: 1,
        weights,
        unknown: random.pick([0, 0.05, 0.2, 0.5]),
      });
      const history = changed(simulated, random.int(3), random);
      const answer = decided(zones, history);
      tally[answer.kind]++;
      if (answer.kind === 'undecided') continue;
      if (answer.kind === 'valid') expect(verifyWitness(kv(), history, answer.witness)).toBeUndefined();
      else {
        const searched = decided(jit, history);
        if (searched.kind === 'undecided') tally.unsearched++;
        else expect(searched.kind, JSON.stringify(history)).toBe('invalid');
      }
    }
    if (process.env['ZONES_RUNS']) process.stdout.write(`${name}: ${JSON.stringify(tally)}\n`);
    expect(tally.invalid).toBeGreaterThan(RUNS / 20);
    expect(tally.valid + tally.invalid).toBeGreaterThan(RUNS / 2);
  });
});

function decided(make: MakeAlgorithm, history: readonly KvOperation[]): Answer {
  try {
    return make(kv(), { operations: history }, new Budget({ timeout: MILLISECONDS })).run();
  } catch (error) {
    if (error instanceof OutOfBudget) return { kind: 'undecided', why: error.message };
    throw error;
  }
}

/** Some reads see what others saw, or some cas have the opposite answer. */
function changed(history: readonly KvOperation[], times: number, random: Random): readonly KvOperation[] {
  const observers = history.filter(({ input, output }) => output && (input.f === 'get' || input.f === 'cas'));
  if (times === 0 || observers.length === 0) return history;
  const victim = random.pick(observers);
  const near = history.indexOf(victim) + random.int(31) - 15;
  const seen: Value = history.at(near)?.output?.value ?? null;
  const output = victim.input.f === 'cas' ? { ok: !victim.output!.ok } : { value: seen };
  const once = history.map((operation) => (operation === victim ? { ...operation, output } : operation));
  return changed(once, times - 1, random);
}
