/**
 * From times to a linearization: everything that happens gets a moment within its interval, and moments
 * are put in order.
 *
 * What sees the collection empty does so at a time at which nothing is certainly inside. Such a glimpse
 * divides the elements: those that have to go in before it can all be out by then; all others go in after
 * it. So between two glimpses each element goes in and comes out as soon as it can, in a queue after those
 * that pass before it, and is out in time.
 */
import { countUpTo } from './ascending.ts';
import type { Lifetime } from './lifetime.ts';
import type { Span } from './reading.ts';

/** What saw the collection empty, and when. */
export interface Glimpse {
  readonly empty: Span;
  readonly at: number;
}

export interface Moment {
  readonly id: number;
  readonly at: number;
}

/** Between two glimpses (even) or at one (odd), insertions first where moments are the same. */
interface Placed extends Moment {
  readonly section: number;
  readonly isRemoval: boolean;
}

/**
 * Ids in the order of a linearization. `lifetimes` are in an order in which they can pass through a queue;
 * or in any, if it is none.
 */
export function sequence(
  lifetimes: readonly Lifetime[],
  glimpses: readonly Glimpse[],
  others: readonly Span[],
  isQueue: boolean,
): number[] {
  const seen = [...glimpses].sort((a, b) => a.at - b.at);
  const times = Float64Array.from(seen, ({ at }) => at);
  const placed: Placed[] = seen.map(({ empty, at }, i) => {
    return { id: empty.id, at, section: 2 * i + 1, isRemoval: false };
  });
  const inserted = new Float64Array(times.length + 1).fill(-Infinity);
  inserted.set(times, 1);
  const removed = inserted.slice();
  for (const { insert, remove, insertFrom, insertBy, removeFrom } of lifetimes) {
    const glimpsed = countUpTo(times, insertBy);
    const insertAt = Math.max(inserted[glimpsed]!, insertFrom);
    const removeAt = Math.max(removed[glimpsed]!, removeFrom);
    if (isQueue) {
      inserted[glimpsed] = insertAt;
      removed[glimpsed] = removeAt;
    }
    const section = 2 * glimpsed;
    placed.push({ id: insert.id, at: insertAt, section, isRemoval: false });
    if (remove && removeAt < Infinity) placed.push({ id: remove.id, at: removeAt, section, isRemoval: true });
  }
  placed.sort((a, b) => a.section - b.section || a.at - b.at || Number(a.isRemoval) - Number(b.isRemoval));
  return merge(placed, others);
}

/** Puts in what may be at any time from its call on: at its call. */
export function merge(moments: readonly Moment[], others: readonly Span[]): number[] {
  const waiting = [...others].sort((a, b) => a.call - b.call);
  const ids: number[] = [];
  let next = 0;
  for (const { id, at } of moments) {
    while (next < waiting.length && waiting[next]!.call <= at) ids.push(waiting[next++]!.id);
    ids.push(id);
  }
  while (next < waiting.length) ids.push(waiting[next++]!.id);
  return ids;
}
