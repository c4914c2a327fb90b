/**
 * Operations in order of their calls, and their calls and returns as one row of events.
 *
 * They are read once, in the order in which they lie in memory; from then on there are only columns of
 * numbers, by position in the order of calls.
 */
import type { Observed } from './horizon.ts';
import type { Operation } from '../model.ts';
import { sortByTime } from '../by-time.ts';

/** The position of a return that never comes. */
export const NEVER_RETURNS = 2 ** 31 - 1;

const NO_LANE = -1;

export interface Columns<I, O> {
  readonly operations: readonly Operation<I, O>[];
  readonly ids: Float64Array;
  readonly classOf: Int32Array;
  readonly call: Float64Array;
  /** Infinity: unknown outcome. */
  readonly return: Float64Array;
}

export interface Layout extends Observed {
  /** operation * 2 for its call, operation * 2 + 1 for its return. */
  readonly events: Int32Array;
  readonly lanes: number;
}

/** `classOf` is asked once for each operation, and gives a negative number for what is to be left out. */
export function columnsOf<I, O>(
  operations: readonly Operation<I, O>[],
  classOf: (operation: Operation<I, O>) => number,
): Columns<I, O> {
  const count = operations.length;
  const ids = new Float64Array(count);
  const classes = new Int32Array(count);
  const call = new Float64Array(count);
  const end = new Float64Array(count);
  const order = new Int32Array(count);
  let staying = 0;
  let inOrder = true;
  let last = -Infinity;
  for (let place = 0; place < count; place++) {
    const operation = operations[place]!;
    const of = classOf(operation);
    if (of < 0) continue;
    ids[place] = operation.id;
    classes[place] = of;
    call[place] = operation.call;
    end[place] = operation.return;
    order[staying++] = place;
    inOrder &&= operation.call >= last;
    last = operation.call;
  }
  const columns = { operations, ids, classOf: classes, call, return: end };
  if (inOrder && staying === count) return columns;
  const positions = order.subarray(0, staying);
  if (!inOrder) sortByTime(positions, call);
  return chosen(columns, positions);
}

/** Those at these positions only, in this order. */
export function chosen<I, O>(from: Columns<I, O>, positions: Int32Array): Columns<I, O> {
  const count = positions.length;
  const operations = new Array<Operation<I, O>>(count);
  const ids = new Float64Array(count);
  const classOf = new Int32Array(count);
  const call = new Float64Array(count);
  const end = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const position = positions[i]!;
    operations[i] = from.operations[position]!;
    ids[i] = from.ids[position]!;
    classOf[i] = from.classOf[position]!;
    call[i] = from.call[position]!;
    end[i] = from.return[position]!;
  }
  return { operations, ids, classOf, call, return: end };
}

export function layOut({ classOf, call, return: end }: Columns<unknown, unknown>): Layout {
  const count = classOf.length;
  const returns = knownOf(end);
  sortByTime(returns, end);
  const events = new Int32Array(count + returns.length);
  const laneOf = new Int32Array(count).fill(NO_LANE);
  const calledAt = new Int32Array(count);
  const returnedAt = new Int32Array(count).fill(NEVER_RETURNS);
  const free: number[] = [];
  let lanes = 0;
  let called = 0;
  let returned = 0;
  for (let e = 0; e < events.length; e++) {
    // Intervals are closed: of a call and a return at the same time, the call comes first.
    if (called < count && (returned === returns.length || call[called]! <= end[returns[returned]!]!)) {
      events[e] = called * 2;
      calledAt[called] = e;
      if (end[called] !== Infinity) laneOf[called] = free.pop() ?? lanes++;
      called++;
    } else {
      const back = returns[returned++]!;
      events[e] = back * 2 + 1;
      returnedAt[back] = e;
      free.push(laneOf[back]!);
    }
  }
  return { events, classOf, laneOf, lanes, count, calledAt, returnedAt };
}

/** Positions of the operations that return. */
function knownOf(end: Float64Array): Int32Array {
  const known = new Int32Array(end.length);
  let count = 0;
  for (let i = 0; i < end.length; i++) if (end[i] !== Infinity) known[count++] = i;
  return known.subarray(0, count);
}
