/** Draws a function by its weight. */
import type { Random } from './types.ts';

/** Weights may be fractions: draws are made on a grid this fine. */
const GRID = 2 ** 30;

export class Weights {
  readonly #weights: readonly (readonly [f: string, weight: number])[];
  readonly #total: number;

  /** `known`: the functions of the workload. */
  constructor(ops: { readonly [f: string]: number }, known: readonly string[]) {
    this.#weights = Object.entries(ops).filter(([, weight]) => weight > 0);
    for (const [f] of this.#weights) {
      if (!known.includes(f)) throw new RangeError(`this workload has no function ${f}`);
    }
    this.#total = this.#weights.reduce((sum, [, weight]) => sum + weight, 0);
    if (this.#total === 0) throw new RangeError('no function has a weight above 0');
  }

  draw(random: Random): string {
    let left = (random.int(GRID) / GRID) * this.#total;
    for (const [f, weight] of this.#weights) {
      left -= weight;
      if (left < 0) return f;
    }
    return this.#weights.at(-1)![0];
  }
}
