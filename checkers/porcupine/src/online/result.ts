/**
 * Options and results of an online check.
 */
import type { Verdict } from '../model.ts';

export interface OnlineOptions {
  /** Bytes that one key may hold, about. Default: 64 MiB. */
  readonly memory?: number;
  /** What one key may be at one moment, in so many ways. Default: 2000. */
  readonly maxConfigurations?: number;
  /** Events of a key that are collected before it is tried to forget them. Default: 64. */
  readonly chunk?: number;
}

/** A completion that nothing explains: the history is not linearizable, whatever comes. */
export interface OnlineViolation {
  readonly key: string;
  /** The operation whose completion it is. */
  readonly operation: number;
}

export interface OnlineVerdict {
  /** `invalid` beats `unknown` beats `valid`. */
  readonly verdict: Verdict;
  readonly keys: readonly OnlineKeyVerdict[];
}

export interface OnlineKeyVerdict {
  readonly key: string;
  readonly verdict: Verdict;
  /** How many completions are explained. */
  readonly explained: number;
  /** When invalid: the operation of the first completion that nothing explains. */
  readonly blocked?: number;
  /** When unknown. */
  readonly reason?: OnlineUnknownReason;
}

export interface OnlineUnknownReason {
  /**
   *  - `configurations`  the object may be too much at one moment;
   *  - `memory`          of configurations, states and open or unknown operations;
   *  - `late`            an operation was open for longer than could be remembered, was then taken for one of
   *                      unknown outcome, and was resolved after all. Violations are still found.
   */
  readonly kind: 'configurations' | 'memory' | 'late';
  readonly message: string;
  /** Ids of some operations of unknown outcome that the most configurations differ in. */
  readonly costly: readonly number[];
}
