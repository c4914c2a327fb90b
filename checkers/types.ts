/**
 * What every checker gives back. Verdicts are data; texts, dashboards and reports are views of it.
 */
import type { Verdict } from 'porcupine-ts';
import type { Json, Op } from '../harness/history/op.ts';

export type { Verdict };

export interface CheckResult {
  /** The checker's name, as in a plan's `checks`. */
  readonly checker: string;
  readonly verdict: Verdict;
  /** One line for people: what was found, or why it is unknown. */
  readonly summary: string;
  /** Everything else, JSON; each checker documents its own. */
  readonly details: Json;
}

/**
 * Judges one history. It is fed every op once, in order, so that a history is read once for all
 * checkers and need not be in memory; then it is asked, once, for its result.
 */
export interface Checker {
  push(op: Op): void;
  finish(): CheckResult | Promise<CheckResult>;
}

/** The worst of several: invalid beats unknown beats valid. Of none: unknown, as nothing was shown. */
export function composeVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  if (verdicts.includes('unknown') || verdicts.length === 0) return 'unknown';
  return 'valid';
}
