/** The rows that a filter leaves, found in the background, in order; what is found so far can be shown. */
import type { HistorySource } from './history-source.ts';
import type { Matcher } from './matcher.ts';
import { timeOf, type Row } from './rows.ts';

const FIRST_ROOM = 1024;

export class Search {
  isComplete = false;
  /** Rows gone through. */
  seen = 0;
  length = 0;
  #rows = new Uint32Array(FIRST_ROOM);
  #isStopped = false;

  /** Goes on until all rows are seen, or `stop`. `onChange` is called as it gets on. */
  async run(history: HistorySource, matcher: Matcher, onChange: () => void): Promise<void> {
    await eachMatch(history, matcher, (_, at, isMatch) => {
      if (this.#isStopped) return 'stop';
      this.seen = at + 1;
      if (isMatch) this.#push(at);
      if (at % 4096 === 0) onChange();
      return undefined;
    });
    if (this.#isStopped) return;
    this.isComplete = true;
    onChange();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** The row that is the nth match. */
  at(place: number): number | undefined {
    return place >= 0 && place < this.length ? this.#rows[place] : undefined;
  }

  /** The first match at a row or after it; `length` where there is none (yet). */
  placeOf(row: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #push(row: number): void {
    if (this.length === this.#rows.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.length++] = row;
  }
}

/**
 * Rows of a history in order, each with whether it matches, until `visit` says stop. Where the filter asks for
 * a time, only those around it.
 */
export async function eachMatch(
  history: HistorySource,
  matcher: Matcher,
  visit: (row: Row, at: number, isMatch: boolean) => 'stop' | undefined,
): Promise<void> {
  const { from, until } = matcher.range;
  await history.scan((row, at) => {
    if ((timeOf(row) ?? 0) > until) return 'stop';
    return visit(row, at, matcher.matches(row));
  }, history.rowAt(from));
}
