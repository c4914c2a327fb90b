/**
 * What of a plan's checks can be looked for while the history grows, to end a run early: the linearizability
 * of each key and the system's invariants. What the plan does not ask for is no violation of it.
 */
import type { Model } from 'porcupine-ts';
import type { Op } from '../harness/history/op.ts';
import type { CheckerName } from './catalogue.ts';
import { Breaches } from './invariants/breaches.ts';
import { invariantsOf } from './invariants/index.ts';
import { OnlineLinearizable, type FoundViolation, type OnlineProgress } from './online.ts';

export interface Asked {
  readonly checks: readonly CheckerName[];
  readonly model: Model | undefined;
  /** Name of the system. */
  readonly system: string;
}

export interface OnlineChecks {
  /** Takes the ops of a history one by one, in order, up to the first violation. Throws `MalformedHistoryError`. */
  push(op: Op): FoundViolation | undefined;
  progress(): OnlineProgress;
}

/** Undefined where nothing of it can be looked for before the run is over. */
export function onlineChecks({ checks, model, system }: Asked): OnlineChecks | undefined {
  const keys =
    checks.includes('linearizable') && model !== undefined ? new OnlineLinearizable(model) : undefined;
  const makers = checks.includes('invariants') ? invariantsOf(system) : [];
  const breaches = makers.length > 0 ? new Breaches(makers) : undefined;
  if (keys === undefined && breaches === undefined) return undefined;
  let last = -1;
  return {
    progress: () => ({ op: last, ...(keys?.keys() ?? { keys: 0, explained: 0, undecided: 0 }) }),
    push(op) {
      last = op.index;
      const breach = breaches?.push(op)[0];
      if (breach === undefined) return keys?.push(op);
      const { invariant, what, index } = breach;
      return { checker: 'invariants', key: '', index, description: `${invariant}: ${what}` };
    },
  };
}
