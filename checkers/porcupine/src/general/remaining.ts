/**
 * The known operations that are not linearized: a doubly linked list in order of their calls, from which
 * they are lifted and into which they are put back in the opposite order (Wing & Gong).
 */
import type { Layout } from './layout.ts';

export class Remaining {
  /** The place in `returns` of the first return that is left; their number when none is. */
  k = 0;
  /** By lane: what is linearized and returns later than the k-th return. */
  readonly done: Int32Array;
  /** A ring, closed by the number of operations. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #isDone: Uint8Array;
  readonly #layout: Layout;

  constructor(layout: Layout) {
    const { count, lanes } = layout;
    this.#layout = layout;
    this.done = new Int32Array(Math.ceil(lanes / 32));
    this.#next = new Int32Array(count + 1);
    this.#previous = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) {
      this.#next[i] = i + 1;
      this.#previous[i + 1] = i;
    }
    this.#previous[0] = count;
    this.#isDone = new Uint8Array(count);
  }

  get bytes(): number {
    return this.#next.byteLength * 3;
  }

  /** The first one; it may be linearized next if its number is below `called` of the k-th return. */
  get first(): number {
    return this.#next[this.#layout.count]!;
  }

  after(operation: number): number {
    return this.#next[operation]!;
  }

  /** Can another one that returns earlier stand in for this one? */
  hasRival(operation: number): boolean {
    for (const rival of this.#layout.rivals[operation]!)
      if (this.#isDone[rival] === 0 && rival < this.#layout.called[this.k]!) return true;
    return false;
  }

  lift(operation: number): void {
    const { returns, laneOf, count } = this.#layout;
    this.#next[this.#previous[operation]!] = this.#next[operation]!;
    this.#previous[this.#next[operation]!] = this.#previous[operation]!;
    this.#isDone[operation] = 1;
    if (returns[this.k] !== operation) {
      this.#flip(laneOf[operation]!);
      return;
    }
    for (this.k++; this.k < count && this.#isDone[returns[this.k]!] === 1; this.k++)
      this.#flip(laneOf[returns[this.k]!]!);
  }

  /** Puts back the one that was lifted last, at the k-th return. */
  putBack(operation: number, k: number): void {
    const { returns, laneOf } = this.#layout;
    if (this.k === k) this.#flip(laneOf[operation]!);
    else while (--this.k > k) this.#flip(laneOf[returns[this.k]!]!);
    this.#isDone[operation] = 0;
    this.#previous[this.#next[operation]!] = operation;
    this.#next[this.#previous[operation]!] = operation;
  }

  #flip(lane: number): void {
    this.done[lane >> 5]! ^= 1 << (lane & 31);
  }
}
