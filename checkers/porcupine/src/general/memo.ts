/**
 * The configurations that were visited. One at the k-th return is (k, state, done, spent): everything
 * that returned before is linearized, nothing that is called after it, and `done` are those of the known
 * operations in between, by lane. So an entry takes as many bits as operations are open at once, however
 * long the history is.
 *
 * It covers another one that is the same but spent more operations of unknown outcome: those never have
 * to happen, so whatever the other can do, this one can.
 *
 * Found by hash, compared exactly.
 */
import type { Sets } from './sets.ts';

const HEAD = 4;
/** Comparisons a look-up may make. Giving up earlier costs repeated work, never a wrong verdict. */
const MOST_COMPARED = 4096;

export class Memo {
  readonly #words: number;
  readonly #size: number;
  readonly #spent: Sets;
  /** Each entry: k, state, spent, next entry of the same hash; done. */
  #entries: Int32Array;
  #heads = new Int32Array(1 << 10).fill(-1);
  #end = 0;
  #count = 0;

  constructor(words: number, spent: Sets) {
    this.#words = words;
    this.#size = HEAD + words;
    this.#spent = spent;
    this.#entries = new Int32Array(this.#size << 8);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#entries.byteLength + this.#heads.byteLength;
  }

  /** Is there one that covers this? If not, this one is added. */
  covers(k: number, state: number, spent: number, done: Int32Array): boolean {
    const entries = this.#entries;
    const head = this.#hash(k, state, done, 0);
    let left = MOST_COMPARED;
    for (let at = this.#heads[head]!; at >= 0 && left > 0; at = entries[at + 3]!, left--) {
      if (entries[at] !== k || entries[at + 1] !== state || !this.#isDone(at + HEAD, done)) continue;
      if (this.#spent.within(entries[at + 2]!, spent)) return true;
    }
    this.#add(head, k, state, spent, done);
    return false;
  }

  #isDone(at: number, done: Int32Array): boolean {
    for (let w = 0; w < this.#words; w++) if (this.#entries[at + w] !== done[w]) return false;
    return true;
  }

  #add(head: number, k: number, state: number, spent: number, done: Int32Array): void {
    if (this.#end + this.#size > this.#entries.length) {
      const larger = new Int32Array(this.#entries.length * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const at = this.#end;
    this.#end += this.#size;
    this.#entries[at] = k;
    this.#entries[at + 1] = state;
    this.#entries[at + 2] = spent;
    this.#entries[at + 3] = this.#heads[head]!;
    for (let w = 0; w < this.#words; w++) this.#entries[at + HEAD + w] = done[w]!;
    this.#heads[head] = at;
    if (++this.#count > this.#heads.length) this.#rehash();
  }

  #rehash(): void {
    const entries = this.#entries;
    this.#heads = new Int32Array(this.#heads.length * 4).fill(-1);
    for (let at = 0; at < this.#end; at += this.#size) {
      const head = this.#hash(entries[at]!, entries[at + 1]!, entries, at + HEAD);
      entries[at + 3] = this.#heads[head]!;
      this.#heads[head] = at;
    }
  }

  /** `done` begins at `from`. */
  #hash(k: number, state: number, done: Int32Array, from: number): number {
    let mixed = Math.imul(k, 0x9e3779b1) ^ Math.imul(state, 0x85ebca77);
    for (let w = 0; w < this.#words; w++)
      mixed = Math.imul((mixed ^ (mixed >>> 15)) + done[from + w]!, 0xc2b2ae3d);
    return (mixed ^ (mixed >>> 15)) & (this.#heads.length - 1);
  }
}
