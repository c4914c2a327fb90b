/**
 * What the package gives to code: assertions for tests, in any runner (`node:test`, …), and the types that a
 * system of one's own is written to. For vitest there is `faultline/vitest` besides.
 */
import { Failed } from './failed.ts';
import {
  judgeHistory,
  type GivenHistory,
  type GivenModel,
  type LinearizableOptions,
} from './linearizable.ts';

export { Failed } from './failed.ts';
export { HistoryMistake, type GivenOp } from './given-history.ts';
export {
  judgeHistory,
  type GivenHistory,
  type GivenModel,
  type Judged,
  type LinearizableOptions,
} from './linearizable.ts';
export { PlanMistake, runPlan, type PlanFields, type RunPlanOptions } from './run.ts';
export type { RunOutcome } from '../runner/run.ts';
export type { RunVerdict } from '../store/verdict.ts';
export { ILLEGAL, type Model } from 'porcupine-ts';
export type * from '../../systems/contract.ts';

/**
 * Rejects with `Failed` where the history is not linearizable, or where that could not be decided; its message
 * is the explanation. Rejects with `HistoryMistake` for what is no history.
 */
export async function assertLinearizable(
  history: GivenHistory,
  model?: GivenModel,
  options?: LinearizableOptions,
): Promise<void> {
  const { verdict, message } = await judgeHistory(history, model, options);
  if (verdict !== 'valid') throw new Failed(message, verdict, 'valid');
}
