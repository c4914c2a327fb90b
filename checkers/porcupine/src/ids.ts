/**
 * Where the operation with some id is. Ids are mostly indices of one recording, so that a table finds
 * them sooner than a map; where they are too far apart for that, a map does.
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
  let lowest = Infinity;
  let highest = -Infinity;
  let integers = true;
  for (const { id } of operations) {
    if (id < lowest) lowest = id;
    if (id > highest) highest = id;
    integers &&= Number.isSafeInteger(id);
  }
  const range = highest - lowest + 1;
  return integers && range > 0 && range <= SPARSEST * operations.length
    ? new Table(operations, lowest, range)
    : new Mapped(operations);
}

/** The first id that occurs twice, if any. */
export function repeatedId(operations: readonly Operation[]): number | undefined {
  const ids = idsOf(operations);
  return operations.find(({ id }, position) => ids.find(id) !== position)?.id;
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

class Mapped implements Ids {
  readonly #positions = new Map<number, number>();

  constructor(operations: readonly Operation[]) {
    for (let i = 0; i < operations.length; i++) this.#positions.set(operations[i]!.id, i);
  }

  find(id: number): number {
    return this.#positions.get(id) ?? UNKNOWN_ID;
  }
}
