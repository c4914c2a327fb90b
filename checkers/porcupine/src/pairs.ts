/**
 * A map from pairs of small numbers to numbers, for what is looked up millions of times: one array, open
 * addressing, nothing allocated for an entry.
 */
const EMPTY = -1;
/** Each slot: the pair, and what it is mapped to. */
const SLOT = 3;

/** What `get` returns for a pair that has no entry. */
export const NO_ENTRY = -2;

/** The first number of a pair is not negative. */
export class Pairs {
  #slots = new Int32Array(SLOT << 6).fill(EMPTY);
  #mask = (1 << 6) - 1;
  #count = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  get(a: number, b: number): number {
    const slots = this.#slots;
    for (let slot = hash(a, b) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * SLOT;
      if (slots[at] === a && slots[at + 1] === b) return slots[at + 2]!;
      if (slots[at] === EMPTY) return NO_ENTRY;
    }
  }

  /** The pair must have no entry. */
  add(a: number, b: number, to: number): void {
    if (++this.#count * 2 > this.#mask) this.#grow();
    this.#put(a, b, to);
  }

  #put(a: number, b: number, to: number): void {
    let slot = hash(a, b) & this.#mask;
    while (this.#slots[slot * SLOT] !== EMPTY) slot = (slot + 1) & this.#mask;
    this.#slots[slot * SLOT] = a;
    this.#slots[slot * SLOT + 1] = b;
    this.#slots[slot * SLOT + 2] = to;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 4).fill(EMPTY);
    this.#mask = (this.#mask + 1) * 4 - 1;
    for (let at = 0; at < old.length; at += SLOT)
      if (old[at] !== EMPTY) this.#put(old[at]!, old[at + 1]!, old[at + 2]!);
  }
}

function hash(a: number, b: number): number {
  const mixed = Math.imul(Math.imul(a, 0x9e3779b1) ^ (b + 1), 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
