/** The step that most passes share: a list in a plan, made shorter while the plan still fails. */
import type { Plan } from '../../plan/index.ts';
import { ddmin } from '../ddmin.ts';
import type { Attempt, Failing } from '../failing.ts';

/** A coarse pass takes a list apart into so many pieces at most. */
const PIECES = 8;

/** `put` puts what is kept of `items` into the plan as it is by then. */
export async function fewer<T>(
  from: Failing,
  items: readonly T[],
  attempt: Attempt,
  put: (plan: Plan, kept: readonly T[]) => Plan,
  { atLeast = 0, isCoarse = false } = {},
): Promise<Failing> {
  let best = from;
  const fails = async (kept: readonly T[]): Promise<boolean> => {
    if (kept.length < atLeast) return false;
    const failing = await attempt(put(best.plan, kept));
    if (failing !== undefined) best = failing;
    return failing !== undefined;
  };
  await ddmin(items, fails, { finest: isCoarse ? Math.ceil(items.length / PIECES) : 1 });
  return best;
}

/** The first of these that still fails. */
export async function firstOf(
  from: Failing,
  candidates: Iterable<Plan>,
  attempt: Attempt,
): Promise<Failing | undefined> {
  for (const candidate of candidates) {
    const failing = await attempt(candidate);
    if (failing !== undefined) return failing;
  }
  return undefined;
}
