/**
 * The elements of a set, and what clients asked of each: which adds there were, and how they ended.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { identity, isList } from './identity.ts';
import { NotUnderstood } from './objects.ts';

/** By indices of the history. */
interface Add {
  readonly invoked: number;
  /** Infinity while it is open, and for ever if its outcome is unknown. */
  completed: number;
  failed: boolean;
}

/**
 *  - `added`      an add of it succeeded;
 *  - `recovered`  of its adds none is known to have succeeded, and one may have;
 *  - `refused`    every add of it failed;
 *  - `early`      every add of it that did not fail was invoked after it had been seen;
 *  - `phantom`    there was no add of it.
 */
export type Provenance = 'added' | 'recovered' | 'refused' | 'early' | 'phantom';

export class Element {
  readonly value: Json;
  readonly #adds: Add[] = [];

  constructor(value: Json) {
    this.value = value;
  }

  invoke(index: number): void {
    this.#adds.push({ invoked: index, completed: Infinity, failed: false });
  }

  complete(invoked: number, { type, index }: Op): void {
    const add = this.#adds.findLast((one) => one.invoked === invoked);
    if (!add || type === 'info') return;
    add.completed = index;
    add.failed = type === 'fail';
  }

  get wasAskedFor(): boolean {
    return this.#adds.length > 0;
  }

  /** Index of the first invocation that may have added it; Infinity if there is none. */
  get mayBeFrom(): number {
    return this.#adds.reduce((min, { invoked, failed }) => (failed ? min : Math.min(min, invoked)), Infinity);
  }

  /** Index of the first completion that says it was added; Infinity if there is none. */
  get mustBeFrom(): number {
    return this.#adds.reduce(
      (min, { completed, failed }) => (failed ? min : Math.min(min, completed)),
      Infinity,
    );
  }

  /** Indices of the invocations. */
  get adds(): readonly number[] {
    return this.#adds.map(({ invoked }) => invoked);
  }

  /** Where it is from, when a read that completed at `seen` has it. */
  provenance(seen: number): Provenance {
    if (!this.wasAskedFor) return 'phantom';
    if (this.mayBeFrom > seen) return this.#adds.some(({ invoked }) => invoked < seen) ? 'refused' : 'early';
    return this.mustBeFrom === Infinity ? 'recovered' : 'added';
  }
}

/** By value; `make` makes those that are new. */
export class Elements<E extends Element> {
  readonly #elements = new Map<number | string, E>();
  readonly #make: (value: Json) => E;

  constructor(make: (value: Json) => E) {
    this.#make = make;
  }

  get size(): number {
    return this.#elements.size;
  }

  all(): Iterable<E> {
    return this.#elements.values();
  }

  of(value: Json): E {
    const id = identity(value);
    let element = this.#elements.get(id);
    if (!element) this.#elements.set(id, (element = this.#make(value)));
    return element;
  }

  /** Of an add. Throws `NotUnderstood` if it says not what it adds. */
  added(invocation: Op): E {
    if (invocation.value === undefined) throw new NotUnderstood(invocation, 'expected an element');
    return this.of(invocation.value);
  }
}

/** What a read saw. Throws `NotUnderstood` if it is no list. */
export function contentOf(read: Op): readonly Json[] {
  if (!isList(read.value)) throw new NotUnderstood(read, 'expected the list of all elements');
  return read.value;
}
