/**
 * The times at which a collection is certainly not empty: the open intervals in which some element is
 * certainly inside, and what they cover together.
 *
 * A point that none of them covers splits a history: what has to go in before it can come out before it,
 * and everything else can go in after it.
 */
import { countBelow } from './ascending.ts';
import type { Lifetime } from './lifetime.ts';

export class Occupied {
  /** Of maximal intervals, in order. Two that only touch are two: at that time it may be empty. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(lifetimes: readonly Lifetime[]) {
    const certain = lifetimes.filter(({ insertBy, removeFrom }) => insertBy < removeFrom);
    certain.sort((a, b) => a.insertBy - b.insertBy);
    let end = -Infinity;
    for (const { insertBy, removeFrom } of certain) {
      if (insertBy >= end) {
        this.#starts.push(insertBy);
        this.#ends.push(removeFrom);
      }
      end = Math.max(end, removeFrom);
      this.#ends[this.#ends.length - 1] = end;
    }
  }

  /** The first time from `time` on at which the collection may be empty; Infinity if there is none. */
  freeFrom(time: number): number {
    const before = countBelow(this.#starts, time) - 1;
    return before < 0 ? time : Math.max(time, this.#ends[before]!);
  }
}

/**
 * A few lifetimes, one handing over to the next, because of which the collection is certainly not empty
 * from `time` to `end`, or for as long as that is so.
 */
export function coverOf(lifetimes: readonly Lifetime[], time: number, end: number): Lifetime[] {
  const byStart = [...lifetimes].sort((a, b) => a.insertBy - b.insertBy);
  const cover: Lifetime[] = [];
  let longest: Lifetime | undefined;
  let next = 0;
  for (let at = time; at <= end; at = longest.removeFrom) {
    for (; next < byStart.length && byStart[next]!.insertBy < at; next++)
      if (!longest || byStart[next]!.removeFrom > longest.removeFrom) longest = byStart[next];
    if (!longest || longest.removeFrom <= at) break;
    cover.push(longest);
  }
  return cover;
}
