/**
 * The runs that a command was asked for, in the order in which they come: every plan once, then every plan
 * again with the next seed, so that what a budget cuts off are repetitions and not plans.
 */
import type { Plan } from '../plan/index.ts';

export interface Turn {
  readonly file: string;
  /** With the seed of this turn. */
  readonly plan: Plan;
  /** From 0. */
  readonly round: number;
}

export function turnsOf(
  plans: readonly { readonly file: string; readonly plan: Plan }[],
  repeat: number,
): readonly Turn[] {
  return Array.from({ length: repeat }, (_, round) =>
    plans.map(({ file, plan }) => ({ file, plan: { ...plan, seed: plan.seed + round }, round })),
  ).flat();
}

/** Whether a run would be over in time, its plan's time being the least that it takes; all in ms. */
export function fitsBudget({ plan }: Turn, elapsed: number, budget: number): boolean {
  // In virtual time a run takes less than it says.
  return elapsed + (plan.host === 'sim' ? 0 : plan.time) <= budget;
}
