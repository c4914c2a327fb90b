/**
 * Where the operation with some id is. Ids are mostly indices of one recording: a table finds those of a
 * whole history, a sorted row those of a part of it, both sooner than a map. A map does for the rest.
 */
import type { Operation } from './model.ts';

/** Of a look-up that found nothing. */
export const UNKNOWN_ID = -1;
/** Entries of the table for each operation, at most. */
const SPARSEST = 16;

export interface Ids {
  /** The position of the operation, or `UNKNOWN_ID`. */
  find(id: number): number;
}

/** Where ids are repeated, the last operation is found. */
export function idsOf(operations: readonly Operation[]): Ids {
  const { lowest, range } = rangeOf(operations);
  if (!(range > 0)) return new Mapped(operations);
  if (range <= SPARSEST * operations.length) return new Table(operations, lowest, range);
  return range * operations.length <= Number.MAX_SAFE_INTEGER
    ? new Sorted(operations, lowest)
    : new Mapped(operations);
}

/** Of ids that are integers; with others among them the range is NaN. */
function rangeOf(operations: readonly Operation[]): { readonly lowest: number; readonly range: number } {
  const span = new Span();
  for (const { id } of operations) span.add(id);
  return span;
}

class Span {
  lowest = Infinity;
  #highest = -Infinity;
  #integers = true;

  get range(): number {
    return this.#integers ? this.#highest - this.lowest + 1 : NaN;
  }

  add(id: number): void {
    if (id < this.lowest) this.lowest = id;
    if (id > this.#highest) this.#highest = id;
    this.#integers &&= Number.isSafeInteger(id);
  }
}

/** Of the ids that occur twice, the one that occurs first, if any. */
export function repeatedId(ids: Float64Array): number | undefined {
  const span = new Span();
  for (let i = 0; i < ids.length; i++) span.add(ids[i]!);
  const { lowest, range } = span;
  if (range > 0 && range <= SPARSEST * ids.length && areDistinct(ids, lowest, range)) return undefined;
  // Plus 0: then -0 is 0, as a Map has it, and NaN is NaN.
  const sorted = ids.map((id) => id + 0).sort();
  const repeated = new Set(sorted.filter((id, i) => i > 0 && Object.is(id, sorted[i - 1])));
  return repeated.size === 0 ? undefined : ids.find((id) => repeated.has(id));
}

function areDistinct(ids: Float64Array, lowest: number, range: number): boolean {
  const seen = new Uint8Array(range);
  for (let i = 0; i < ids.length; i++) {
    const at = ids[i]! - lowest;
    if (seen[at] !== 0) return false;
    seen[at] = 1;
  }
  return true;
}

class Table implements Ids {
  readonly #lowest: number;
  /** Positions from 1; 0 is none. */
  readonly #positions: Int32Array;

  constructor(operations: readonly Operation[], lowest: number, range: number) {
    this.#lowest = lowest;
    this.#positions = new Int32Array(range);
    for (let i = 0; i < operations.length; i++) this.#positions[operations[i]!.id - lowest] = i + 1;
  }

  find(id: number): number {
    return (this.#positions[id - this.#lowest] ?? 0) - 1;
  }
}

class Sorted implements Ids {
  readonly #lowest: number;
  /** Each id, as a multiple of their count, and the position of its operation. */
  readonly #row: Float64Array;

  constructor(operations: readonly Operation[], lowest: number) {
    const count = operations.length;
    this.#lowest = lowest;
    this.#row = new Float64Array(count);
    for (let i = 0; i < count; i++) this.#row[i] = (operations[i]!.id - lowest) * count + i;
    this.#row.sort();
  }

  find(id: number): number {
    const row = this.#row;
    const first = (id - this.#lowest) * row.length;
    // The last entry below that of the next id.
    let low = -1;
    let high = row.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (row[middle]! < first + row.length) low = middle;
      else high = middle;
    }
    return low >= 0 && row[low]! >= first && Number.isSafeInteger(id) ? row[low]! - first : UNKNOWN_ID;
  }
}

class Mapped implements Ids {
  readonly #positions = new Map<number, number>();

  constructor(operations: readonly Operation[]) {
    for (let i = 0; i < operations.length; i++) this.#positions.set(operations[i]!.id, i);
  }

  find(id: number): number {
    return this.#positions.get(id) ?? UNKNOWN_ID;
  }
}
