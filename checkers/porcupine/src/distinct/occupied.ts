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

/** Lifetimes, one handing over to the next, in which the collection is never empty from `time` to `end`. */
export function coverOf(lifetimes: readonly Lifetime[], time: number, end: number): Lifetime[] {
  const cover: Lifetime[] = [];
  for (let at = time; at <= end;) {
    const covering = lifetimes.filter(({ insertBy, removeFrom }) => insertBy < at && at < removeFrom);
    if (covering.length === 0) break;
    const longest = covering.reduce((a, b) => (b.removeFrom > a.removeFrom ? b : a));
    cover.push(longest);
    at = longest.removeFrom;
  }
  return cover;
}
