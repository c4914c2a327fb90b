/**
 * Coverage that steers: variations that reached a rare mark are kept in a small pool, and half of the
 * seeds that follow are mutations of one of them. The other half is drawn from the whole space, so that
 * no corner is left out.
 *
 * It learns in the order of the seeds, whatever the order in which they were run; so what a seed draws
 * depends on the plan, the first seed and what came of the seeds before, and not on the number of threads.
 */
import { stream } from '../../nemesis/random.ts';
import { pick, chance } from './draw.ts';
import type { Space } from './space.ts';
import { drawVariation, mutate, type Variation } from './variation.ts';

/** A mark is rare when fewer seeds than this share of all reached it. */
const RARE = 0.2;
const MAX_POOL = 48;
const MAX_A_MARK = 4;

export class Steering {
  readonly #space: Space;
  readonly #seeds = new Map<string, number>();
  /** By mark, the newest last. */
  readonly #pool = new Map<string, Variation[]>();
  #learned = 0;

  constructor(space: Space) {
    this.#space = space;
  }

  /** Marks that are rare and that some variation is known to reach. */
  get rare(): readonly string[] {
    return [...this.#pool.keys()].filter((mark) => this.#isRare(mark));
  }

  /** The variation of `seed`, by what is known now. */
  variationFor(seed: number): Variation {
    const random = stream(seed, 'explore', 'steer');
    const rare = this.rare;
    if (rare.length === 0 || chance(50, random)) return drawVariation(this.#space, seed);
    const mark = pick(rare, random);
    return mutate(this.#space, pick(this.#pool.get(mark)!, random), seed, mark);
  }

  /** What came of a seed; to be called in the order of the seeds. */
  learn(variation: Variation, marks: { readonly [mark: string]: number }): void {
    this.#learned++;
    const reached = Object.keys(marks)
      .filter((mark) => marks[mark]! > 0)
      .sort();
    for (const mark of reached) this.#seeds.set(mark, (this.#seeds.get(mark) ?? 0) + 1);
    for (const mark of reached.filter((mark) => this.#isRare(mark))) {
      const kept = this.#pool.get(mark) ?? [];
      this.#pool.set(mark, [...kept, variation].slice(-MAX_A_MARK));
    }
    for (const mark of this.#pool.keys()) if (!this.#isRare(mark)) this.#pool.delete(mark);
    this.#bound();
  }

  /** The first to reach a mark always is rare. */
  #isRare(mark: string): boolean {
    const seeds = this.#seeds.get(mark) ?? 0;
    return seeds <= Math.max(1, RARE * this.#learned);
  }

  /** The marks that most seeds reach go first. */
  #bound(): void {
    while (this.#pool.size * MAX_A_MARK > MAX_POOL) {
      const often = [...this.#pool.keys()].reduce((a, b) =>
        (this.#seeds.get(b) ?? 0) > (this.#seeds.get(a) ?? 0) ? b : a,
      );
      this.#pool.delete(often);
    }
  }
}
