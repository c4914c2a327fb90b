/** What a run and the thread that watches its history say to each other. */
import type { CheckerName } from '../../checkers/catalogue.ts';

export interface WatchOptions {
  /** The history, which is there already and grows. */
  readonly file: string;
  /** Name of the workload, whose model is checked, and of the system, whose invariants are. */
  readonly workload: string;
  readonly system: string;
  readonly checks: readonly CheckerName[];
}

/** How long the history is, in whole lines. */
export interface Grown {
  readonly bytes: number;
}

export type { FoundViolation as SeenViolation } from '../../checkers/online.ts';
