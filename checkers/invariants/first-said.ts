/**
 * What was said first of each position, epoch or the like, and by whom: all later words on it are held
 * against that. Bounded: of very many the oldest are forgotten, and what is said of those again is news.
 */

/** A run of an hour at a thousand positions a second passes fewer of those that are told. */
const MAX_REMEMBERED = 1_000_000;

export interface Said<T> {
  readonly node: string;
  readonly value: T;
}

export class FirstSaid<Key, T> {
  readonly #first = new Map<Key, Said<T>>();
  #compared = 0;

  /** How often one node's word was held against another's. */
  get compared(): number {
    return this.#compared;
  }

  /** What was said of `key` before, by whomever; undefined for the first, which is remembered. */
  say(key: Key, node: string, value: T): Said<T> | undefined {
    const first = this.#first.get(key);
    if (first !== undefined) {
      if (first.node !== node) this.#compared++;
      return first;
    }
    this.#first.set(key, { node, value });
    if (this.#first.size > MAX_REMEMBERED) {
      for (const oldest of this.#first.keys()) {
        this.#first.delete(oldest);
        break;
      }
    }
    return undefined;
  }
}
