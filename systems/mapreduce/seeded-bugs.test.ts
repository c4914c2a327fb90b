/**
 * Each seeded bug, switched on, is found in the plan that ships for it, and only with the bug: the same plan
 * without it is valid. Simulated, from seed 1 on.
 */
import { expect, test } from 'vitest';
import { loadCatalogue, loadPlan, type Plan } from '../../harness/plan/index.ts';
import { simulate } from '../../harness/runner/simulate.ts';
import { bugs } from './bugs.ts';

const catalogue = await loadCatalogue();
const SEEDS = 5;

function planOf(bug: string, seed: number, change: readonly string[] = []): Plan {
  const file = `plans/bugs/mapreduce/${bug}.yaml`;
  const loaded = loadPlan(file, { host: 'sim', seed, set: [...change] }, catalogue);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
}

const failed = async (plan: Plan): Promise<string[]> =>
  (await simulate(plan)).checks
    .filter(({ verdict }) => verdict === 'invalid')
    .map(({ checker, summary }) => `${checker}: ${summary}`);

test.each(Object.keys(bugs))(
  '%s',
  async (bug) => {
    expect(planOf(bug, 1).system.bugs).toEqual([bug]);
    const found: string[] = [];
    for (let seed = 1; seed <= SEEDS && found.length === 0; seed++)
      found.push(...(await failed(planOf(bug, seed))));
    expect(found, `${bug} within ${SEEDS} seeds`).not.toEqual([]);
    expect(await failed(planOf(bug, 1, ['system.bugs=[]']))).toEqual([]);
  },
  60_000,
);
