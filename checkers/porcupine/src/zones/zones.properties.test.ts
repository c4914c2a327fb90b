/**
 * Zones against the definition of linearizability, on random small histories: it may not decide, but it
 * may never be wrong.
 */
import { describe, expect, test } from 'vitest';
import { Budget } from '../budget.ts';
import type { Model, Operation } from '../model.ts';
import { kv } from '../models/kv.ts';
import { register } from '../models/register.ts';
import { isLinearizable } from '../testing/brute-force.ts';
import { Random } from '../testing/random.ts';
import { smallHistory, type Mix } from '../testing/small-histories.ts';
import { verifyWitness } from '../verify.ts';
import { zones } from './zones.ts';

const RUNS = Number(process.env['ZONES_RUNS'] ?? 30_000);

interface Tally {
  valid: number;
  invalid: number;
  undecided: number;
}

function agrees<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[], tally: Tally): void {
  const answer = zones(model, { operations: history }, new Budget({})).run();
  tally[answer.kind]++;
  if (answer.kind === 'undecided') return;
  const right = isLinearizable(model, history) ? 'valid' : 'invalid';
  expect(answer.kind, JSON.stringify(history)).toBe(right);
  if (answer.kind === 'valid') expect(verifyWitness(model, history, answer.witness)).toBeUndefined();
  else expect(answer.suspects!.length).toBeGreaterThan(0);
}

const MIXES: Readonly<Record<string, Mix>> = {
  'unique values': { read: 4, write: 4, cas: 0, append: 0, unknown: 0.1, values: 'unique' },
  'cas and unknown outcomes': { read: 3, write: 2, cas: 5, append: 0, unknown: 0.4, values: 'unique' },
  'few values': { read: 4, write: 3, cas: 2, append: 0, unknown: 0.2, values: 'few' },
  appends: { read: 4, write: 1, cas: 0, append: 4, unknown: 0.3, values: 'unique' },
  'appends and cas': { read: 3, write: 1, cas: 2, append: 3, unknown: 0.3, values: 'unique' },
  'ambiguous appends': { read: 4, write: 1, cas: 1, append: 4, unknown: 0.2, values: 'few' },
};

describe.each(Object.entries(MIXES))('%s', (_, mix) => {
  test('agree with the definition', { timeout: 600_000 }, () => {
    const random = new Random(Number(process.env['ZONES_SEED'] ?? 1));
    const tally = { valid: 0, invalid: 0, undecided: 0 };
    for (let run = 0; run < RUNS; run++) {
      if (mix.append === 0 && run % 2) agrees(register(), smallHistory(random, mix, register()), tally);
      else agrees(kv(), smallHistory(random, mix, kv()), tally);
    }
    if (process.env['ZONES_RUNS']) process.stdout.write(`${_}: ${JSON.stringify(tally)}\n`);
    expect(tally.valid).toBeGreaterThan(RUNS / 20);
    expect(tally.invalid).toBeGreaterThan(RUNS / 20);
  });
});
