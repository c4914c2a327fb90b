/**
 * Is a set that only grows linearizable? Decides it in O(n log n) and without search.
 *
 * Reads of a set that only grows contain one another: by their sizes they form a chain. Each element
 * joins the chain with the smallest read that has it, so all operations get a place: between two
 * neighbours of the chain the adds of what the greater has more, in any order; adds of what no read has
 * come last. Any linearization has this order, and an order within a place is free. So the set is
 * linearizable exactly when the reads form a chain and no operation was over before another, of an
 * earlier place, was invoked:
 *
 *     add 1   |---|                       1 was added before 2, and a read has 2 and not 1: all three
 *     add 2          |---|                of them overlap with the read, and no two of them alone show
 *     read {2}  |-----------|             that anything is wrong
 *
 * Of an element that was added more than once, the first invocation and the first completion are taken:
 * what is found is a violation all the same, but one may be missed.
 */
import type { Op } from '../harness/history/op.ts';

/** An operation: indices of its invocation and completion (Infinity: it may take effect later). */
export interface Interval {
  readonly invoked: number;
  readonly completed: number;
}

interface Placed extends Interval {
  readonly place: number;
}

/** Indices of the invocations of two operations that contradict each other. */
export type OrderViolation =
  | { readonly kind: 'incomparable'; readonly reads: readonly [number, number] }
  | {
      readonly kind: 'reversed';
      /** This one was over before the other was invoked, and yet must come after it. */
      readonly first: number;
      readonly second: number;
    };

export interface Leveled {
  /** Size of the smallest read of the chain that has it; Infinity until there is one. */
  level: number;
}

export class SetOrder {
  /** Of the chain's reads, ascending, and one read of each. */
  readonly #sizes: number[] = [];
  readonly #readOf = new Map<number, number>();
  readonly #reads: Placed[] = [];
  #violation: OrderViolation | undefined;

  /** A read, and its elements, each once. */
  read(invocation: Op, completion: Op, elements: readonly Leveled[]): void {
    if (this.#violation) return;
    const size = elements.length;
    this.#reads.push({ invoked: invocation.index, completed: completion.index, place: 2 * size });
    const at = this.#position(size);
    const below = this.#sizes[at - 1] ?? 0;
    const above = this.#sizes[at];
    const upper = above ?? Infinity;
    let shared = 0;
    for (const { level } of elements) {
      if (level > upper || (level === Infinity && above !== undefined)) {
        this.#incomparable(above!, invocation);
        return;
      }
      if (level <= below) shared++;
    }
    if (shared < below) {
      this.#incomparable(below, invocation);
      return;
    }
    if (above === size) return;
    for (const element of elements) {
      if (element.level > below) element.level = size;
    }
    this.#sizes.splice(at, 0, size);
    this.#readOf.set(size, invocation.index);
  }

  /** `adds`: what may have put each element there; none of what surely did not. */
  violation(adds: Iterable<readonly [Leveled, Interval]>): OrderViolation | undefined {
    if (this.#violation) return this.#violation;
    const placed = [...this.#reads];
    for (const [{ level }, interval] of adds) {
      placed.push({ ...interval, place: 2 * level - 1 });
    }
    // From the last place to the first; the earliest completion of what comes in later places.
    placed.sort((a, b) => (a.place === b.place ? 0 : b.place - a.place));
    let later: Placed | undefined;
    let same: Placed | undefined;
    for (const one of placed) {
      if (same && same.place > one.place) {
        if (!later || same.completed < later.completed) later = same;
        same = undefined;
      }
      if (later && later.completed < one.invoked) {
        return { kind: 'reversed', first: later.invoked, second: one.invoked };
      }
      if (!same || one.completed < same.completed) same = one;
    }
    return undefined;
  }

  /** Of the first size that is not less. */
  #position(size: number): number {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sizes[middle]! < size) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #incomparable(size: number, { index }: Op): void {
    this.#violation = { kind: 'incomparable', reads: [this.#readOf.get(size)!, index] };
  }
}

export function describeOrder(violation: OrderViolation): string {
  if (violation.kind === 'reversed') {
    return `op ${violation.first} was over before op ${violation.second}, and must come after it`;
  }
  return `each of the reads of ops ${violation.reads.join(' and ')} lacks something that the other has`;
}
