/**
 * For a failure that can't be listed operation by operation: less of what its operations and faults are
 * drawn from.
 */
import type { Plan } from '../../plan/index.ts';
import { isExplicit, explicitPlan } from '../explicit.ts';
import type { Pass } from '../failing.ts';
import { fewer, firstOf } from './fewer.ts';

/** Runs are tried that last as long as the violation took by this, the shortest first. */
const SHARES = [16, 8, 4];
/** At each of these lengths this much of that time is spent, over several seeds. */
const SPENT = 2;
/** A violation that shows as soon as this is not worth looking for again, ms. */
const SOON = 3000;
/** A smaller load gets so many seeds. */
const TRIES = 4;

/**
 * What takes a minute to show in one run shows in a second of another: the same plan, for a shorter time,
 * under other seeds. A rare failure is about as likely in sixteen short runs as in one that lasts as long,
 * and everything after this is cheaper by as much.
 */
export const sooner: Pass = {
  name: 'a seed that fails sooner',
  async shrink(from, attempt) {
    if (isExplicit(from.plan) || from.plan.time < SOON) return from;
    const { plan } = from;
    for (const share of SHARES) {
      const time = Math.ceil(plan.time / share);
      for (let nth = 1; nth <= share * SPENT; nth++) {
        const seed = (plan.seed + nth) % 2 ** 32;
        const failing = await attempt({ ...plan, seed, seeds: {}, time });
        if (failing !== undefined) return failing;
      }
    }
    return from;
  },
};

/** Every operation and fault with its time, as they were drawn. */
export const listedOneByOne: Pass = {
  name: 'listed one by one',
  async shrink(from, attempt) {
    return isExplicit(from.plan) ? from : ((await attempt(explicitPlan(from))) ?? from);
  },
};

export const fewerLanes: Pass = {
  name: 'fewer kinds of faults',
  shrink: (from, attempt) =>
    from.plan.schedule !== undefined
      ? Promise.resolve(from)
      : fewer(from, from.plan.nemesis, attempt, (plan, nemesis) => ({ ...plan, nemesis })),
};

/** Fewer clients, fewer keys, and a lower rate, by halves; another draw each time, so a few of each. */
export const lessLoad: Pass = {
  name: 'less load',
  async shrink(from, attempt) {
    if (from.plan.workload.operations !== undefined) return from;
    let best = from;
    for (const field of ['rate', 'clients', 'keys'] as const) {
      for (;;) {
        const { plan } = best;
        const half = Math.floor(plan.workload[field] / 2);
        if (half < 1 || !Number.isFinite(half)) break;
        const less = { ...plan, workload: { ...plan.workload, [field]: half } };
        const next = await firstOf(best, underSeeds(less, TRIES), attempt);
        if (next === undefined) break;
        best = next;
      }
    }
    return best;
  },
};

/** As it is, and under the next seeds. */
function underSeeds(plan: Plan, count: number): Plan[] {
  return Array.from({ length: count }, (_, nth) =>
    nth === 0 ? plan : { ...plan, seed: (plan.seed + nth) % 2 ** 32, seeds: {} },
  );
}
