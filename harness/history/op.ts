/**
 * The history: the only thing that passes from the half that runs a system to the half that judges
 * it. One op is one line of `history.jsonl`. A client's operation is two of them: an `invoke`, and a
 * completion (`ok`, `fail` or `info`) by the same process.
 *
 *  - `ok`    it took effect, and `value` says what the client saw;
 *  - `fail`  it certainly did not take effect (or, for a cas, see `error: 'mismatch'` below);
 *  - `info`  nobody knows: it may take effect at any later time, or never. Its process never
 *            invokes again; the worker goes on under a new process number.
 *
 * The nemesis writes the same two lines for the start and for the stop of each fault, under a process
 * name of its own (`nemesis-0`, …; `nemesis-hand` for what a person started), so that a fault is an
 * interval like any other op. What nobody asked for and what only marks a moment is a single `info`: `host`
 * records a node that ended by itself (`node.halted`, `node.exited`), `runner` the beginning of the
 * `final-reads`, and what a person asked for: `workload.paused`, `workload.resumed`, `ended-early`.
 */

/** What an op value may be: anything JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type OpType = 'invoke' | 'ok' | 'fail' | 'info';

/** A client's logical process is a number; the nemesis and its lanes have names. */
export type ProcessId = number | string;

export interface Op {
  /** Position in the history, from 0, without gaps. The order of indices is the real-time order. */
  readonly index: number;
  /** Monotonic nanoseconds since the start of the run. */
  readonly time: number;
  readonly process: ProcessId;
  readonly type: OpType;
  /** The function: `read`, `put`, `cas`, … or a fault's `partition.start`, `partition.stop`, … */
  readonly f: string;
  /** The object it acts on, where the workload has several. */
  readonly key?: string;
  /** Argument on `invoke`; on a completion, what came back. A cas's argument is `[expected, new]`. */
  readonly value?: Json;
  /** The node that answered, where known. */
  readonly node?: string;
  /**
   * Why it is `fail` or `info`. `mismatch` on a failed cas is an answer of the system ("the value was
   * another one") and is checked as an observation; every other `fail` says nothing of the state.
   */
  readonly error?: string;
}

/** The `error` of a cas that the system executed and that found another value. */
export const MISMATCH = 'mismatch';

export function isClientOp(op: Op): boolean {
  return typeof op.process === 'number';
}
