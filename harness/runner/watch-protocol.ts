/** What a run and the thread that watches its history say to each other. */
import type { CheckerName } from '../../checkers/catalogue.ts';
import type { FoundViolation, OnlineProgress } from '../../checkers/online.ts';
import type { Explanation } from '../explain/index.ts';

export interface WatchOptions {
  /** The history, which is there already and grows. */
  readonly file: string;
  /** Name of the workload, whose model is checked, and of the system, whose invariants are. */
  readonly workload: string;
  readonly system: string;
  readonly checks: readonly CheckerName[];
  /** For somebody who looks on: also tells how far it has come, and why a violation is one. */
  readonly tells?: boolean;
}

/** How long the history is, in whole lines. */
export interface Grown {
  readonly bytes: number;
}

export type { FoundViolation as SeenViolation } from '../../checkers/online.ts';
export type { OnlineProgress as WatchProgress } from '../../checkers/online.ts';

export type WatchNews =
  | { readonly kind: 'violation'; readonly violation: FoundViolation }
  /** At most a few times a second. */
  | { readonly kind: 'progress'; readonly progress: OnlineProgress }
  /** In words, from the history so far; of a violation that there are words for. */
  | { readonly kind: 'explained'; readonly explanation: Explanation };
