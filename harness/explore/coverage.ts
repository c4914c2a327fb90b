/** Which marks were reached, how often, and in how many seeds. */

export interface MarkCoverage {
  readonly mark: string;
  /** Undefined where the system does not declare it. */
  readonly about: string | undefined;
  readonly hits: number;
  readonly seeds: number;
}

/** Names come from node code; beyond so many different ones they are no names of states. */
const MAX_MARKS = 1000;

export class Coverage {
  readonly #known: { readonly [mark: string]: string };
  readonly #marks = new Map<string, { hits: number; seeds: number }>();

  /** `known`: the marks that the system declares, with what they mean. */
  constructor(known: { readonly [mark: string]: string }) {
    this.#known = known;
    for (const mark of Object.keys(known)) this.#marks.set(mark, { hits: 0, seeds: 0 });
  }

  add(marks: { readonly [mark: string]: number }): void {
    for (const [mark, hits] of Object.entries(marks)) {
      if (hits === 0) continue;
      let counted = this.#marks.get(mark);
      if (counted === undefined) {
        if (this.#marks.size >= MAX_MARKS) continue;
        this.#marks.set(mark, (counted = { hits: 0, seeds: 0 }));
      }
      counted.hits += hits;
      counted.seeds++;
    }
  }

  /** In how many seeds a mark was reached. */
  seeds(mark: string): number {
    return this.#marks.get(mark)?.seeds ?? 0;
  }

  /** Declared ones and those that were reached, the rarest first. */
  get marks(): readonly MarkCoverage[] {
    return [...this.#marks]
      .map(([mark, { hits, seeds }]) => ({ mark, about: this.#known[mark], hits, seeds }))
      .sort((a, b) => a.seeds - b.seeds || a.hits - b.hits || (a.mark < b.mark ? -1 : 1));
  }

  get reached(): number {
    return [...this.#marks.values()].filter(({ seeds }) => seeds > 0).length;
  }

  get size(): number {
    return this.#marks.size;
  }
}
