/**
 * Sets of small numbers, each by a number of its own: equal sets have equal numbers. A set is a binary tree
 * over 32-bit words, and equal subtrees are one; so to add to a set costs as many nodes as the tree is
 * deep, whatever the set holds.
 */
import { NO_ENTRY, Pairs } from '../pairs.ts';

export const EMPTY_SET = 0;

export class Sets {
  /** Of each node, its halves; of a leaf, its word and nothing. Node 0 is the empty set, of any depth. */
  #left = new Int32Array(1 << 8);
  #right = new Int32Array(1 << 8);
  #count = 1;
  readonly #nodes = new Pairs();
  readonly #leaves = new Pairs();
  readonly #depth: number;

  /** Of numbers below `size`. */
  constructor(size: number) {
    let depth = 0;
    while (32 << depth < size) depth++;
    this.#depth = depth;
  }

  get bytes(): number {
    return this.#left.byteLength * 2 + this.#nodes.bytes + this.#leaves.bytes;
  }

  add(set: number, item: number): number {
    return this.#add(set, item, this.#depth);
  }

  /** Is all of `a` in `b`? */
  within(a: number, b: number): boolean {
    return this.#within(a, b, this.#depth);
  }

  #add(set: number, item: number, depth: number): number {
    const left = this.#left[set]!;
    if (depth === 0) return this.#leaf(left | (1 << (item & 31)));
    const right = this.#right[set]!;
    const isRight = ((item >> (4 + depth)) & 1) === 1;
    return isRight
      ? this.#node(left, this.#add(right, item, depth - 1))
      : this.#node(this.#add(left, item, depth - 1), right);
  }

  #within(a: number, b: number, depth: number): boolean {
    if (a === b || a === EMPTY_SET) return true;
    if (b === EMPTY_SET) return false;
    if (depth === 0) return (this.#left[a]! & ~this.#left[b]!) === 0;
    return (
      this.#within(this.#left[a]!, this.#left[b]!, depth - 1) &&
      this.#within(this.#right[a]!, this.#right[b]!, depth - 1)
    );
  }

  #leaf(word: number): number {
    const high = word >>> 16;
    const low = word & 0xffff;
    const known = this.#leaves.get(high, low);
    if (known !== NO_ENTRY) return known;
    const leaf = this.#new(word, 0);
    this.#leaves.add(high, low, leaf);
    return leaf;
  }

  #node(left: number, right: number): number {
    const known = this.#nodes.get(left, right);
    if (known !== NO_ENTRY) return known;
    const node = this.#new(left, right);
    this.#nodes.add(left, right, node);
    return node;
  }

  #new(left: number, right: number): number {
    if (this.#count === this.#left.length) {
      this.#left = doubled(this.#left);
      this.#right = doubled(this.#right);
    }
    this.#left[this.#count] = left;
    this.#right[this.#count] = right;
    return this.#count++;
  }
}

function doubled(items: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(items.length * 2);
  larger.set(items);
  return larger;
}
