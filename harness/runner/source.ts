/** What decides which operation is invoked when, and by whom: drawn by a generator, or listed by the plan. */
import type { Completion, Invocation } from '../../systems/contract.ts';

/** Of a client that has nothing to do. */
export interface Idle {
  /** From 0; stays the same when its logical process ends. */
  readonly client: number;
  readonly process: number;
}

export type Next =
  /** Due now, by the one at `by` among those that are idle. */
  | { readonly invocation: Invocation; readonly by: number }
  /** Nothing for this long, ms. */
  | { readonly wait: number };

export interface Source {
  /** `now`: ms since the load started. `idle` is never empty. Undefined: nothing until another is idle. */
  next(now: number, idle: readonly Idle[]): Next | undefined;
  completed(invocation: Invocation, completion: Completion): void;
  /** After the last heal, once each. */
  final(): readonly Invocation[];
}
