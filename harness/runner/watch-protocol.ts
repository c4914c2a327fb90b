/** What a run and the thread that watches its history say to each other. */

export interface WatchOptions {
  /** The history, which is there already and grows. */
  readonly file: string;
  /** Name of the workload, whose model is checked. */
  readonly workload: string;
}

/** How long the history is, in whole lines. */
export interface Grown {
  readonly bytes: number;
}

/** A completion that no order of the operations so far explains. */
export interface SeenViolation {
  readonly key: string;
  /** Index of the operation's invocation. */
  readonly index: number;
  /** What nobody can explain, e.g. `get k4 → "141"`. */
  readonly description: string;
}
