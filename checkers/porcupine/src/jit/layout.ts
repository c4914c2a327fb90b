/**
 * Operations in order of their calls, and their calls and returns as one row of events.
 *
 * They are read once; from then on there are only columns of numbers, by position in the order of calls.
 */
import type { Observed } from './horizon.ts';
import { sortByTime } from '../by-time.ts';

/** The position of a return that never comes. */
export const NEVER_RETURNS = 2 ** 31 - 1;

const NO_LANE = -1;

export interface Columns {
  /** Where the operation is in what was given. */
  readonly positions: Int32Array;
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

/** Of these columns, in any order; a negative class is that of what is to be left out. */
export function inOrderOfCalls(columns: Columns): Columns {
  const { positions, classOf, call } = columns;
  const order = new Int32Array(positions.length);
  let staying = 0;
  let inOrder = true;
  let last = -Infinity;
  for (let place = 0; place < positions.length; place++) {
    if (classOf[place]! < 0) continue;
    order[staying++] = place;
    inOrder &&= call[place]! >= last;
    last = call[place]!;
  }
  if (inOrder && staying === positions.length) return columns;
  const places = order.subarray(0, staying);
  if (!inOrder) sortByTime(places, call);
  return chosen(columns, places);
}

/** Those at these places only, in this order. */
export function chosen(from: Columns, places: Int32Array): Columns {
  const columns = columnsFor(places.length);
  const { positions, classOf, call, return: end } = columns;
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    positions[i] = from.positions[place]!;
    classOf[i] = from.classOf[place]!;
    call[i] = from.call[place]!;
    end[i] = from.return[place]!;
  }
  return columns;
}

/** Room for so many operations. */
export function columnsFor(count: number): Columns {
  return {
    positions: new Int32Array(count),
    classOf: new Int32Array(count),
    call: new Float64Array(count),
    return: new Float64Array(count),
  };
}

export function layOut({ classOf, call, return: end }: Columns): Layout {
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
