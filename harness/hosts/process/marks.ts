/** The marks a node reached: how often each, and who waits for one. A watch fires once. */
import type { Watch } from './control.ts';

export class Marks {
  readonly #counts = new Map<string, number>();
  readonly #watches = new Map<string, Set<number>>();
  readonly #onReached: (watches: readonly number[]) => void;

  constructor(onReached: (watches: readonly number[]) => void) {
    this.#onReached = onReached;
  }

  get counts(): { readonly [mark: string]: number } {
    return Object.fromEntries(this.#counts);
  }

  reached(mark: string): void {
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1);
    const watches = this.#watches.get(mark);
    if (watches === undefined) return;
    this.#watches.delete(mark);
    this.#onReached([...watches]);
  }

  watch({ id, mark }: Watch): void {
    const watches = this.#watches.get(mark);
    if (watches === undefined) this.#watches.set(mark, new Set([id]));
    else watches.add(id);
  }

  unwatch({ id, mark }: Watch): void {
    const watches = this.#watches.get(mark);
    if (watches?.delete(id) && watches.size === 0) this.#watches.delete(mark);
  }
}
