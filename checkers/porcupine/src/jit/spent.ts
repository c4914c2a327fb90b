/**
 * How many operations of unknown outcome a configuration has spent, by class; each such multiset has a
 * number. They have no deadline, so of two configurations that are otherwise the same, the one that
 * spent less of each can do whatever the other can: `within` is that order.
 *
 * All multisets lie in one array, one behind the other: there may be a hundred thousand, and as objects of
 * their own they would all have to be collected. A hash finds them, an exact comparison decides.
 */
import { spread } from '../models/hash.ts';
import { NO_ENTRY, Pairs } from '../pairs.ts';

export const NOTHING_SPENT = 0;

/** Of each multiset: where it ends, how much it is in all, and its hash. It begins where the last one ends. */
const HEAD = 3;
const TOTAL = 1;
const HASH = 2;

export class SpentTable {
  /** Of each multiset: class, count, class, count, …; classes ascending. */
  #items = new Int32Array(1 << 8);
  #heads = new Int32Array(HEAD << 5);
  #size = 1;
  /** By hash. Nothing leads to the empty multiset, so its number stands for none. */
  #numbers = new Int32Array(1 << 6);
  /** From a multiset and a class to the multiset with one more of it. */
  readonly #steps = new Pairs();

  get bytes(): number {
    const { byteLength } = this.#items;
    return byteLength + this.#heads.byteLength + this.#numbers.byteLength + this.#steps.bytes;
  }

  /** The number of the multiset with one more of the class. */
  spend(id: number, of: number): number {
    const known = this.#steps.get(id, of);
    if (known !== NO_ENTRY) return known;
    const next = this.#intern(id, of);
    this.#steps.add(id, of, next);
    return next;
  }

  /** Did `less` spend no more of anything than `more`? */
  within(less: number, more: number): boolean {
    if (less === more || less === NOTHING_SPENT) return true;
    // With as much in all it would be the same one.
    if (this.#heads[HEAD * less + TOTAL]! >= this.#heads[HEAD * more + TOTAL]!) return false;
    const items = this.#items;
    const end = this.#end(less);
    const endOfMore = this.#end(more);
    let j = this.#end(more - 1);
    for (let i = this.#end(less - 1); i < end; i += 2) {
      while (j < endOfMore && items[j]! < items[i]!) j += 2;
      if (j >= endOfMore || items[j] !== items[i] || items[j + 1]! < items[i + 1]!) return false;
    }
    return true;
  }

  #end(id: number): number {
    return id <= NOTHING_SPENT ? 0 : this.#heads[HEAD * id]!;
  }

  #intern(id: number, of: number): number {
    const start = this.#end(this.#size - 1);
    const end = this.#write(start, id, of);
    const hash = (this.#heads[HEAD * id + HASH]! + mixed(of)) | 0;
    const mask = this.#numbers.length - 1;
    let at = spread(hash) & mask;
    for (; this.#numbers[at] !== NOTHING_SPENT; at = (at + 1) & mask) {
      const known = this.#numbers[at]!;
      if (this.#heads[HEAD * known + HASH] === hash && this.#equals(known, start, end)) return known;
    }
    const number = this.#size++;
    this.#numbers[at] = number;
    if (HEAD * this.#size > this.#heads.length) this.#heads = doubled(this.#heads);
    this.#heads[HEAD * number] = end;
    this.#heads[HEAD * number + TOTAL] = this.#heads[HEAD * id + TOTAL]! + 1;
    this.#heads[HEAD * number + HASH] = hash;
    if (2 * this.#size > this.#numbers.length) this.#growNumbers();
    return number;
  }

  /** Writes the multiset with one more of the class behind all others; gives where it ends. */
  #write(start: number, id: number, of: number): number {
    let from = this.#end(id - 1);
    const fromEnd = this.#end(id);
    while (start + (fromEnd - from) + 2 > this.#items.length) this.#items = doubled(this.#items);
    const items = this.#items;
    let to = start;
    for (; from < fromEnd && items[from]! < of; from += 2) {
      items[to++] = items[from]!;
      items[to++] = items[from + 1]!;
    }
    let count = 1;
    if (from < fromEnd && items[from] === of) {
      count += items[from + 1]!;
      from += 2;
    }
    items[to++] = of;
    items[to++] = count;
    while (from < fromEnd) items[to++] = items[from++]!;
    return to;
  }

  #equals(id: number, start: number, end: number): boolean {
    let at = this.#end(id - 1);
    if (this.#end(id) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#items[i] !== this.#items[at++]) return false;
    return true;
  }

  #growNumbers(): void {
    this.#numbers = new Int32Array(2 * this.#numbers.length);
    const mask = this.#numbers.length - 1;
    for (let id = 1; id < this.#size; id++) {
      let at = spread(this.#heads[HEAD * id + HASH]!) & mask;
      while (this.#numbers[at] !== NOTHING_SPENT) at = (at + 1) & mask;
      this.#numbers[at] = id;
    }
  }
}

function doubled(items: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * items.length);
  larger.set(items);
  return larger;
}

/** What one of the class adds to the hash of a multiset. */
function mixed(of: number): number {
  const half = Math.imul(of + 1, 0x9e3779b1);
  return Math.imul(half ^ (half >>> 15), 0x2c1b3c6d);
}
