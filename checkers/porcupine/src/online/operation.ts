/**
 * One operation, from its call until nothing depends on it any more.
 */
import type { Action } from './action.ts';
import type { Configuration } from './configuration.ts';
import type { UnknownClass } from './unknown.ts';

export type Status =
  /** Called, and nothing else is known. */
  | 'open'
  | 'returned'
  /** It may take effect at any time, or never. */
  | 'unknown'
  /** It never took effect. */
  | 'failed';

export class OnlineOperation<S, I> {
  readonly id: number;
  readonly input: I;
  /** A place that no other open operation of its key has. */
  readonly lane: number;
  /** The position of its call among the events of its key. */
  readonly call: number;
  status: Status = 'open';
  /** The position of the event that says how it ended. */
  end = Infinity;
  /** What was known of it while it was open. */
  readonly asked: Action<S> | undefined;
  /** What is known now. */
  action: Action<S> | undefined;
  /** When its outcome is unknown, and it may change something. */
  unknown: UnknownClass<S> | undefined;
  /** While it is open: some configurations just before its call. */
  before: readonly Configuration<S>[];

  constructor(
    id: number,
    input: I,
    lane: number,
    call: number,
    asked: Action<S> | undefined,
    before: readonly Configuration<S>[],
  ) {
    this.id = id;
    this.input = input;
    this.lane = lane;
    this.call = call;
    this.asked = asked;
    this.action = asked;
    this.before = before;
  }
}

/** A call, a return, or the news that its client gave up or was refused: by the status of then. */
export interface OnlineEvent<S, I> {
  readonly kind: 'call' | 'return' | 'unknown' | 'fail';
  readonly operation: OnlineOperation<S, I>;
}
