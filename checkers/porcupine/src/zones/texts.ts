/**
 * How a text came about: a base, and what was appended to it.
 *
 * Texts may be ambiguous: `ab` may be `a` with `b` appended, or `ab` appended to nothing. So every way
 * to make a text is looked for; only where there is exactly one is it told.
 */
import type { Budget } from '../budget.ts';
import { NONE } from '../kinds.ts';

/** Nothing makes it. */
export const NOBODY = -2;
/** There is more than one way to make it. */
export const SEVERAL = -3;

/** A version (see `versions.ts`), `NOBODY` or `SEVERAL`. */
export type Made = number;

/** What may follow what: a last piece, and the text before it. */
interface Split {
  readonly append: number;
  readonly before: string;
}

export class Texts {
  /** Versions by text, and `SEVERAL`. */
  readonly #bases: ReadonlyMap<string, Made>;
  readonly #baseLengths: ReadonlySet<number>;
  /** Operations by what they append; `SEVERAL` where more than one do. */
  readonly #appends = new Map<string, number>();
  readonly #lengths: readonly number[];
  readonly #made = new Map<string, Made>();
  readonly #newVersion: (append: number, parent: number) => number;
  readonly #budget: Budget;

  constructor(
    bases: ReadonlyMap<string, Made>,
    appends: ReadonlyMap<number, string>,
    newVersion: (append: number, parent: number) => number,
    budget: Budget,
  ) {
    this.#bases = bases;
    this.#baseLengths = new Set([...bases.keys()].map(({ length }) => length));
    for (const [operation, text] of appends)
      this.#appends.set(text, this.#appends.has(text) ? SEVERAL : operation);
    this.#lengths = [...new Set([...appends.values()].map(({ length }) => length))];
    this.#newVersion = newVersion;
    this.#budget = budget;
  }

  /** Texts grow long, and so do chains: no recursion. */
  made(text: string): Made {
    const waiting = [text];
    for (;;) {
      this.#budget.tick();
      const top = waiting.at(-1)!;
      const splits = this.#splits(top);
      const open = splits.filter(({ before }) => !this.#made.has(before));
      if (open.length > 0) waiting.push(...open.map(({ before }) => before));
      else {
        if (!this.#made.has(top)) this.#made.set(top, this.#combine(top, splits));
        waiting.pop();
        if (waiting.length === 0) return this.#made.get(top)!;
      }
    }
  }

  #splits(text: string): Split[] {
    if (this.#made.has(text)) return [];
    const splits: Split[] = [];
    for (const length of this.#lengths) {
      if (length > text.length) continue;
      const append = this.#appends.get(text.slice(text.length - length));
      if (append === undefined) continue;
      const before = text.slice(0, text.length - length);
      if (this.#mayBeMade(before)) splits.push({ append, before });
    }
    return splits;
  }

  /** A cheap look that spares most texts that nothing makes. */
  #mayBeMade(text: string): boolean {
    if (this.#isBase(text)) return true;
    return this.#lengths.some(
      (length) => length <= text.length && this.#appends.has(text.slice(text.length - length)),
    );
  }

  #isBase(text: string): boolean {
    return this.#baseLengths.has(text.length) && this.#bases.has(text);
  }

  #combine(text: string, splits: readonly Split[]): Made {
    let made: Made = (this.#isBase(text) ? this.#bases.get(text) : undefined) ?? NOBODY;
    let only: Split | undefined;
    for (const split of splits) {
      const before = this.#made.get(split.before)!;
      if (before === NOBODY) continue;
      if (made !== NOBODY || only || before === SEVERAL || split.append === SEVERAL) made = SEVERAL;
      else only = split;
    }
    if (made !== NOBODY || !only) return made;
    return this.#newVersion(only.append, this.#made.get(only.before) ?? NONE);
  }
}
