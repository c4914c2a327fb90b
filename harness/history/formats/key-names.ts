/**
 * Keys as texts, a text for each value: `0` may be a number or a text, and those are two objects.
 * Whichever comes second is written out with its type.
 */
import type { Json } from '../op.ts';

export class KeyNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** Equal values must be written alike: names of objects in the same order. */
  of(key: Json): string {
    const exact = JSON.stringify(key);
    const known = this.#names.get(exact);
    if (known !== undefined) return known;
    let name = typeof key === 'string' ? key : exact;
    if (this.#taken.has(name)) name = exact;
    while (this.#taken.has(name)) name += "'";
    this.#taken.add(name);
    this.#names.set(exact, name);
    return name;
  }
}
