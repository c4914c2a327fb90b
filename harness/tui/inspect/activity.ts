/** How many operations completed in each of a few hundred equal pieces of a run's time, and how. */

export type Ending = 'ok' | 'fail' | 'info';

/** So many pieces at most, of so many ns at least. */
const PIECES = 512;
const LEAST = 1e6;

/** Takes completions in order of time. Memory does not grow with their number. */
export class Activity {
  /** ns of one piece. */
  width = LEAST;
  /** ns of the last completion. */
  last = 0;
  readonly #counts: { readonly [ending in Ending]: Float64Array } = {
    ok: new Float64Array(PIECES),
    fail: new Float64Array(PIECES),
    info: new Float64Array(PIECES),
  };

  push(time: number, ending: Ending): void {
    if (!(time >= 0)) return;
    while (time >= this.width * PIECES) this.#halve();
    const piece = Math.floor(time / this.width);
    this.#counts[ending][piece] = this.#counts[ending][piece]! + 1;
    if (time > this.last) this.last = time;
  }

  /** Completions of a kind in `columns` equal parts of the time from `from` to `until`, ns; a piece counts where it begins. */
  columns(ending: Ending, columns: number, from: number, until: number): readonly number[] {
    const sums = new Array<number>(columns).fill(0);
    const span = Math.max(1, until - from);
    for (let piece = 0; piece < PIECES; piece++) {
      const at = piece * this.width;
      if (at + this.width <= from || at >= until) continue;
      const first = Math.max(0, Math.floor(((at - from) / span) * columns));
      // A piece that is wider than a column is spread over those that it covers.
      const end = Math.min(
        columns,
        Math.max(first + 1, Math.floor(((at + this.width - from) / span) * columns)),
      );
      const share = this.#counts[ending][piece]! / (end - first);
      for (let column = first; column < end; column++) sums[column] = sums[column]! + share;
    }
    return sums;
  }

  /** Two pieces become one. */
  #halve(): void {
    this.width *= 2;
    for (const counts of Object.values(this.#counts)) {
      for (let at = 0; at < PIECES / 2; at++) counts[at] = counts[2 * at]! + counts[2 * at + 1]!;
      counts.fill(0, PIECES / 2);
    }
  }
}
