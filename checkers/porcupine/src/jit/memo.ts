/**
 * The configurations that were visited, and the question whether one of them can do all that another
 * can.
 *
 * A configuration at event `e` is (state, D, K, spent). D are the open known operations that are
 * linearized. K, disjoint from D, are those that may count as linearized or as still to come, each as
 * one likes: the configuration stands for all of these cases at once. So A covers B when every case of
 * B is one of A (for each operation: K in A, or D in both, or neither in both) and A spent no more.
 * Operations that change nothing are better done than not: A may have done more of them.
 *
 * Found by hash of (e, state), compared exactly.
 */
import type { SpentTable } from './spent.ts';

const HEAD = 4;
/** Comparisons a look-up may make. Giving up earlier costs repeated work, never a wrong verdict. */
const MOST_COMPARED = 4096;

export class Memo {
  readonly #words: number;
  readonly #size: number;
  readonly #spent: SpentTable;
  /** Each entry: e, state, spent, next entry of the same hash; D; K. */
  #entries: Int32Array;
  #heads = new Int32Array(1 << 10).fill(-1);
  #end = 0;
  #count = 0;

  constructor(words: number, spent: SpentTable) {
    this.#words = words;
    this.#size = HEAD + 2 * words;
    this.#spent = spent;
    this.#entries = new Int32Array(this.#size << 8);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#entries.byteLength + this.#heads.byteLength;
  }

  /** Is there one that covers this? If not, this one is added. `pure`: the lanes of operations that change nothing. */
  covers(
    e: number,
    state: number,
    spent: number,
    done: Int32Array,
    either: Int32Array,
    pure: Int32Array,
  ): boolean {
    const entries = this.#entries;
    const head = this.#hash(e, state);
    let left = MOST_COMPARED;
    for (let at = this.#heads[head]!; at >= 0 && left > 0; at = entries[at + 3]!, left--) {
      if (entries[at] !== e || entries[at + 1] !== state) continue;
      if (this.#includes(at, done, either, pure) && this.#spent.within(entries[at + 2]!, spent)) return true;
    }
    this.#add(head, e, state, spent, done, either);
    return false;
  }

  #includes(at: number, done: Int32Array, either: Int32Array, pure: Int32Array): boolean {
    const entries = this.#entries;
    const d = at + HEAD;
    const k = d + this.#words;
    for (let w = 0; w < this.#words; w++) {
      const hisDone = entries[d + w]!;
      const differs = (hisDone ^ done[w]!) | either[w]!;
      if ((~pure[w]! & ~entries[k + w]! & differs) !== 0 || (pure[w]! & done[w]! & ~hisDone) !== 0)
        return false;
    }
    return true;
  }

  #add(head: number, e: number, state: number, spent: number, done: Int32Array, either: Int32Array): void {
    if (this.#end + this.#size > this.#entries.length) {
      const larger = new Int32Array(this.#entries.length * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const at = this.#end;
    this.#end += this.#size;
    this.#entries[at] = e;
    this.#entries[at + 1] = state;
    this.#entries[at + 2] = spent;
    this.#entries[at + 3] = this.#heads[head]!;
    // One or two words: calling `set` takes longer.
    for (let w = 0, to = at + HEAD; w < this.#words; w++, to++) {
      this.#entries[to] = done[w]!;
      this.#entries[to + this.#words] = either[w]!;
    }
    this.#heads[head] = at;
    if (++this.#count > this.#heads.length) this.#rehash();
  }

  #rehash(): void {
    this.#heads = new Int32Array(this.#heads.length * 4).fill(-1);
    for (let at = 0; at < this.#end; at += this.#size) {
      const head = this.#hash(this.#entries[at]!, this.#entries[at + 1]!);
      this.#entries[at + 3] = this.#heads[head]!;
      this.#heads[head] = at;
    }
  }

  #hash(e: number, state: number): number {
    const mixed = Math.imul(e, 0x9e3779b1) ^ Math.imul(state + 2, 0x85ebca77);
    return (mixed ^ (mixed >>> 15)) & (this.#heads.length - 1);
  }
}
