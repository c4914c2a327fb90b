/**
 * Numbers by position, and the largest within a range of positions: a complete binary tree in an array, in
 * which each inner node holds the position of the winner below it. O(log n) each.
 */
export class Tournament {
  readonly #size: number;
  readonly #values: Float64Array;
  /** Node 1 is the root; the children of node i are 2 i and 2 i + 1. */
  readonly #winners: Int32Array;

  /** All are -Infinity at first. */
  constructor(count: number) {
    this.#size = 1 << Math.ceil(Math.log2(Math.max(1, count)));
    this.#values = new Float64Array(this.#size).fill(-Infinity);
    this.#winners = new Int32Array(2 * this.#size);
    for (let i = 0; i < this.#size; i++) this.#winners[this.#size + i] = i;
    for (let i = this.#size - 1; i > 0; i--) this.#winners[i] = this.#winners[2 * i]!;
  }

  get(position: number): number {
    return this.#values[position]!;
  }

  set(position: number, value: number): void {
    this.#values[position] = value;
    for (let i = (this.#size + position) >> 1; i > 0; i >>= 1) {
      this.#winners[i] = this.#better(this.#winners[2 * i]!, this.#winners[2 * i + 1]!);
    }
  }

  /** The position of the largest from `from` up to before `to`; -1 if there is none above -Infinity. */
  best(from: number, to: number): number {
    let winner = -1;
    for (let [a, b] = [from + this.#size, to + this.#size]; a < b; a >>= 1, b >>= 1) {
      if (a & 1) winner = this.#better(winner, this.#winners[a++]!);
      if (b & 1) winner = this.#better(winner, this.#winners[--b]!);
    }
    return winner >= 0 && this.#values[winner]! > -Infinity ? winner : -1;
  }

  #better(a: number, b: number): number {
    return a < 0 || this.#values[b]! > this.#values[a]! ? b : a;
  }
}
