/**
 * Something for each process, looked up at every op of a history. Clients have small numbers, mostly, and
 * a row is asked sooner than a map.
 */
import type { ProcessId } from './op.ts';

/** Of numbers up to here, the row has a place; no history seen so far has more. */
const PLACES = 1 << 20;

export class ByProcess<T> {
  readonly #row: (T | undefined)[] = [];
  readonly #others = new Map<ProcessId, T>();

  get(process: ProcessId): T | undefined {
    return hasPlace(process) ? this.#row[process] : this.#others.get(process);
  }

  /** Undefined: nothing any more. */
  set(process: ProcessId, value: T | undefined): void {
    if (hasPlace(process)) {
      // Without gaps, as a row with gaps is slow.
      while (this.#row.length < process) this.#row.push(undefined);
      this.#row[process] = value;
    } else if (value === undefined) this.#others.delete(process);
    else this.#others.set(process, value);
  }

  /** By number, then the others as they came. */
  *values(): Generator<T> {
    for (const value of this.#row) if (value !== undefined) yield value;
    yield* this.#others.values();
  }
}

function hasPlace(process: ProcessId): process is number {
  return typeof process === 'number' && process >>> 0 === process && process < PLACES;
}
