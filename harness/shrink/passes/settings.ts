/** Settings as plain as they can be: defaults, a network without surprises, only the checks that matter. */
import type { OptionSpec } from '../../../systems/contract.ts';
import type { CheckName, Plan } from '../../plan/index.ts';
import type { Failing, Pass } from '../failing.ts';
import { fewer, firstOf } from './fewer.ts';

/** A message always takes this long, and an fsync too, ms. */
const STEADY = { min: 1, max: 1 };

export const defaultOptions = (options: { readonly [name: string]: OptionSpec }): Pass => ({
  name: 'default options',
  shrink(from, attempt) {
    const set = Object.keys(options).filter(
      (name) => from.plan.system.options[name] !== options[name]!.default,
    );
    const plain = (plan: Plan, kept: readonly string[]): Plan => ({
      ...plan,
      system: {
        ...plan.system,
        options: Object.fromEntries(
          Object.entries(plan.system.options).map(([name, value]) => [
            name,
            kept.includes(name) ? value : (options[name]?.default ?? value),
          ]),
        ),
      },
    });
    return fewer(from, set, attempt, plain);
  },
});

/**
 * Counts that are not what they usually are, as low as they go: a snapshot every ten entries needs fewer
 * operations than one every fifty.
 */
export const lowCounts = (options: { readonly [name: string]: OptionSpec }): Pass => ({
  name: 'low counts',
  async shrink(from, attempt) {
    let best = from;
    for (const [name, spec] of Object.entries(options)) {
      const value = best.plan.system.options[name];
      if (spec.kind !== 'count' || typeof value !== 'number' || value === spec.default) continue;
      const lower = [spec.min, ...halves(value)].filter((count) => count >= spec.min && count < value);
      best =
        (await firstOf(
          best,
          lower.map((count) => ({
            ...best.plan,
            system: { ...best.plan.system, options: { ...best.plan.system.options, [name]: count } },
          })),
          attempt,
        )) ?? best;
    }
    return best;
  },
});

/** An eighth, a quarter, a half. */
function halves(value: number): number[] {
  return [8, 4, 2].map((share) => Math.floor(value / share));
}

/** A seeded bug that has no part in it. One always stays: without any the violation is another one. */
export const fewerBugs: Pass = {
  name: 'fewer bugs',
  shrink: (from, attempt) =>
    fewer(
      from,
      from.plan.system.bugs,
      attempt,
      (plan, bugs) => ({ ...plan, system: { ...plan.system, bugs } }),
      { atLeast: 1 },
    ),
};

/** All of it steady and whole, else as much of that as goes. */
export const plainNetwork: Pass = {
  name: 'a plain network',
  async shrink(from, attempt) {
    const steps = [{ loss: 0 }, { duplicate: 0 }, { reorder: 0 }, { latency: STEADY }, { fsync: STEADY }];
    const with_ = (plan: Plan, step: Partial<Plan['sim']>): Plan => ({
      ...plan,
      sim: { ...plan.sim, ...step },
    });
    const all = Object.assign({}, ...steps) as Partial<Plan['sim']>;
    let best: Failing = from;
    for (const step of [all, ...steps]) {
      const candidate = with_(best.plan, step);
      if (JSON.stringify(candidate.sim) === JSON.stringify(best.plan.sim)) continue;
      best = (await attempt(candidate)) ?? best;
    }
    return best;
  },
};

/** Only the check that objects, where the plan asks for it; the default wait for an answer. */
export const onlyCheck = (check: string): Pass => ({
  name: 'other checks',
  async shrink(from, attempt) {
    const { plan } = from;
    const checks = plan.checks.filter((name: CheckName) => name === check);
    if (checks.length === 0 || checks.length === plan.checks.length) return from;
    return (await firstOf(from, [{ ...plan, checks }], attempt)) ?? from;
  },
});
