/**
 * How many intervals cover each point: intervals are added and taken away, and the first point that none
 * covers is found, in O(log n) each. A node of the tree holds what covers all points below it, and the
 * least of what covers some of them besides.
 */
export class Coverage {
  readonly #size: number;
  readonly #whole: Int32Array;
  readonly #least: Int32Array;

  constructor(points: number) {
    this.#size = 1 << Math.ceil(Math.log2(Math.max(1, points)));
    this.#whole = new Int32Array(2 * this.#size);
    this.#least = new Int32Array(2 * this.#size);
  }

  /** Adds `by` to the points from `from` up to before `to`. */
  add(from: number, to: number, by: number): void {
    if (from < to) this.#add(1, 0, this.#size, from, to, by);
  }

  /** The first point from `from` on that nothing covers; the size of the tree if there is none. */
  firstFree(from: number): number {
    return this.#firstFree(1, 0, this.#size, from);
  }

  #add(node: number, low: number, high: number, from: number, to: number, by: number): void {
    if (from <= low && high <= to) {
      this.#whole[node] = this.#whole[node]! + by;
      return;
    }
    const middle = (low + high) >> 1;
    if (from < middle) this.#add(2 * node, low, middle, from, to, by);
    if (middle < to) this.#add(2 * node + 1, middle, high, from, to, by);
    this.#least[node] = Math.min(this.#count(2 * node), this.#count(2 * node + 1));
  }

  #firstFree(node: number, low: number, high: number, from: number): number {
    if (high <= from || this.#count(node) > 0) return this.#size;
    if (high - low === 1) return low;
    const middle = (low + high) >> 1;
    const left = this.#firstFree(2 * node, low, middle, from);
    return left < this.#size ? left : this.#firstFree(2 * node + 1, middle, high, from);
  }

  #count(node: number): number {
    return this.#whole[node]! + this.#least[node]!;
  }
}
