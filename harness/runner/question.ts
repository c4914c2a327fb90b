/** What is asked of a run's history, by its plan. */
import { workloads } from '../../workloads/index.ts';
import type { Plan } from '../plan/index.ts';
import type { Question } from './judge.ts';

/** How long judging may take before its verdict is `unknown`, ms. */
export const CHECK_TIMEOUT_MS = 120_000;

export function questionOf(plan: Plan): Question {
  return {
    workload: workloads[plan.workload.name]!,
    system: plan.system.name,
    checks: plan.checks,
    require: {
      okOps: plan.require.okOps,
      faults: (plan.schedule ?? plan.nemesis).length,
      ...(plan.require.faults && { lanes: plan.require.faults }),
      ...(plan.require.marks && { marks: plan.require.marks }),
    },
    timeout: CHECK_TIMEOUT_MS,
  };
}
