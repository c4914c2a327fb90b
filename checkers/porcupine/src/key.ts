/**
 * Exact numbers for inputs and outputs, so that interchangeable operations are found: the same number
 * only for the same. Plain data is compared by what it holds, names in their order; anything else (a
 * class instance, a function) only equals itself, which may tell apart more than needed and never less.
 */
import { NO_ENTRY, Pairs } from './pairs.ts';

const DEEPEST = 32;

/** Numbers with a meaning of their own. A list or record is a path that starts at one of the last two. */
const MINUS_ZERO = 0;
const LIST = 1;
const RECORD = 2;
const FIRST_FREE = 3;

export class Keys {
  #free = FIRST_FREE;
  /** Primitive values, and objects that only equal themselves. */
  readonly #atoms = new Map<unknown, number>();
  /** From the number of a path, by that of what comes next on it, to that of the longer path. */
  readonly #paths = new Pairs();

  of(value: unknown, depth = 0): number {
    if (typeof value !== 'object' || value === null) return this.#atom(value);
    if (depth === DEEPEST) return this.#atom(value);
    if (Array.isArray(value)) {
      let path = LIST;
      // Not `for of`: a hole in the list reads as undefined, in any case.
      for (let i = 0; i < value.length; i++) path = this.#extend(path, this.of(value[i], depth + 1));
      return path;
    }
    if (!isPlain(value)) return this.#atom(value);
    let path = RECORD;
    // Faster than `Object.keys`. What it finds in a prototype it finds in every record.
    for (const name in value) {
      path = this.#extend(this.#extend(path, this.#atom(name)), this.of(value[name], depth + 1));
    }
    return path;
  }

  #atom(value: unknown): number {
    // A Map takes it for 0.
    if (Object.is(value, -0)) return MINUS_ZERO;
    const known = this.#atoms.get(value);
    if (known !== undefined) return known;
    this.#atoms.set(value, this.#free);
    return this.#free++;
  }

  #extend(path: number, by: number): number {
    const known = this.#paths.get(path, by);
    if (known !== NO_ENTRY) return known;
    this.#paths.add(path, by, this.#free);
    return this.#free++;
  }
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(value).length === 0;
}
