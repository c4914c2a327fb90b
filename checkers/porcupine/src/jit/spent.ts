/**
 * How many operations of unknown outcome a configuration has spent, by class; each such multiset has a
 * number. They have no deadline, so of two configurations that are otherwise the same, the one that
 * spent less of each can do whatever the other can: `within` is that order.
 */
export const NOTHING_SPENT = 0;

export class SpentTable {
  /** By number: class, count, class, count, …; classes ascending. */
  readonly #multisets: Int32Array[] = [new Int32Array(0)];
  readonly #ids = new Map<string, number>([['', NOTHING_SPENT]]);
  readonly #next = new Map<number, number>();
  readonly #classes: number;
  #bytes = 0;

  constructor(classes: number) {
    this.#classes = classes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  count(id: number, of: number): number {
    const multiset = this.#multisets[id]!;
    for (let i = 0; i < multiset.length && multiset[i]! <= of; i += 2) {
      if (multiset[i] === of) return multiset[i + 1]!;
    }
    return 0;
  }

  spend(id: number, of: number): number {
    const step = id * this.#classes + of;
    const known = this.#next.get(step);
    if (known !== undefined) return known;
    const more = add(this.#multisets[id]!, of);
    const key = more.join();
    let next = this.#ids.get(key);
    if (next === undefined) {
      next = this.#multisets.push(more) - 1;
      this.#ids.set(key, next);
      this.#bytes += more.byteLength + key.length + 200;
    }
    this.#next.set(step, next);
    return next;
  }

  /** Did `less` spend no more of anything than `more`? */
  within(less: number, more: number): boolean {
    if (less === more || less === NOTHING_SPENT) return true;
    const a = this.#multisets[less]!;
    const b = this.#multisets[more]!;
    if (a.length > b.length) return false;
    let j = 0;
    for (let i = 0; i < a.length; i += 2) {
      while (j < b.length && b[j]! < a[i]!) j += 2;
      if (j >= b.length || b[j] !== a[i] || b[j + 1]! < a[i + 1]!) return false;
    }
    return true;
  }
}

function add(multiset: Int32Array, of: number): Int32Array {
  let at = 0;
  while (at < multiset.length && multiset[at]! < of) at += 2;
  if (multiset[at] === of) {
    const more = multiset.slice();
    more[at + 1]!++;
    return more;
  }
  const more = new Int32Array(multiset.length + 2);
  more.set(multiset.subarray(0, at));
  more.set([of, 1], at);
  more.set(multiset.subarray(at), at + 2);
  return more;
}
