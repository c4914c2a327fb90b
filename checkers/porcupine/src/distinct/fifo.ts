/**
 * The order in which elements pass through a queue.
 *
 * One passes before another if it certainly goes in first, or certainly comes out first. Elements go in
 * in the order in which they come out, so both together have to be free of cycles; and then any order
 * that respects both will do: each element goes in, and comes out, as soon as it can after the ones before
 * it.
 */
import type { Budget } from '../budget.ts';
import type { Lifetime } from './lifetime.ts';

export type Passage =
  | { readonly kind: 'order'; readonly order: readonly Lifetime[] }
  /** The first certainly goes in before the second, and certainly comes out after it. */
  | { readonly kind: 'overtaken'; readonly first: Lifetime; readonly second: Lifetime };

/**
 * Takes away, again and again, an element that none of the others has to pass before. An element is ready
 * to go in when no other one's insertion has to end before its own begins, and ready to come out likewise.
 *
 * If none is ready for both, consider the one whose insertion has to end first: it is ready to go in, so
 * it certainly comes out after the one whose removal has to end first; which is ready to come out, so it
 * certainly goes in after the former. So a cycle shows as two elements, whatever its length.
 */
export function passage(lifetimes: readonly Lifetime[], budget: Budget): Passage {
  const insertFrom = Float64Array.from(lifetimes, (lifetime) => lifetime.insertFrom);
  const insertBy = Float64Array.from(lifetimes, (lifetime) => lifetime.insertBy);
  const removeFrom = Float64Array.from(lifetimes, (lifetime) => lifetime.removeFrom);
  const removeBy = Float64Array.from(lifetimes, (lifetime) => lifetime.removeBy);
  const inserts = new Gate(insertFrom, insertBy);
  const removes = new Gate(removeFrom, removeBy);
  const readiness = new Uint8Array(lifetimes.length);
  const gone = new Uint8Array(lifetimes.length);
  const ready: number[] = [];
  const admit = (element: number): void => {
    if (++readiness[element]! === 2) ready.push(element);
  };
  const order: Lifetime[] = [];
  while (order.length < lifetimes.length) {
    budget.tick();
    inserts.open(gone, admit);
    removes.open(gone, admit);
    const next = ready.pop();
    if (next === undefined) {
      const [first, second] = [inserts.first(gone), removes.first(gone)];
      return { kind: 'overtaken', first: lifetimes[first]!, second: lifetimes[second]! };
    }
    gone[next] = 1;
    order.push(lifetimes[next]!);
  }
  return { kind: 'order', order };
}

/** Lets through the elements that may be first among those that are left, at one end of the queue. */
class Gate {
  readonly #from: Float64Array;
  readonly #by: Float64Array;
  readonly #byFrom: Uint32Array;
  readonly #byBy: Uint32Array;
  #admitted = 0;
  #gone = 0;

  constructor(from: Float64Array, by: Float64Array) {
    this.#from = from;
    this.#by = by;
    this.#byFrom = sorted(from);
    this.#byBy = sorted(by);
  }

  open(gone: Uint8Array, admit: (element: number) => void): void {
    const end = this.#by[this.first(gone)]!;
    for (; this.#admitted < this.#byFrom.length; this.#admitted++) {
      const next = this.#byFrom[this.#admitted]!;
      if (this.#from[next]! > end) return;
      admit(next);
    }
  }

  /** Of those that are left, the one that has to be through first. */
  first(gone: Uint8Array): number {
    while (gone[this.#byBy[this.#gone]!]) this.#gone++;
    return this.#byBy[this.#gone]!;
  }
}

/** Positions, in the order of their keys. */
function sorted(keys: Float64Array): Uint32Array {
  const positions = Uint32Array.from(keys, (_, i) => i);
  return positions.sort((a, b) => compare(keys[a]!, keys[b]!));
}

/** Infinity equals itself. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
