/**
 * States by number. Two states have the same number exactly when the model calls them equal; a hash
 * only finds the candidates, `equal` decides.
 */
import type { Model } from './model.ts';
import { EMPTY_HASH, extend, spread } from './models/hash.ts';
import type { Scratch } from './scratch.ts';

/** Of a look-up that found nothing. */
export const ABSENT = -1;

/** That the table takes for each state that is expected, at most. */
export const STATE_BYTES = 32;

const FIRST_SLOTS = 8;
/** Of each slot: a hash, and the number of the state from 1; 0 is none. */
const SLOT = 2;

/** One array and open addressing: a Map of a million states takes twice as long. */
export class StateTable<S> {
  readonly #states: S[] = [];
  readonly #equal: (a: S, b: S) => boolean;
  readonly #hash: (state: S) => number;
  readonly #makeSlots: (length: number) => Int32Array;
  #slots: Int32Array;
  #mask: number;

  /**
   * `expected`: about so many states there may be; there may be more. `hash`: as `hashing` gives it. With
   * `scratch`, nothing but `get` is for later.
   */
  constructor(
    model: Pick<Model<S>, 'equal' | 'hash'>,
    expected = 0,
    hash = hashing(model),
    scratch?: Pick<Scratch, 'int32'>,
  ) {
    let slots = FIRST_SLOTS;
    while (slots < 2 * expected) slots *= 2;
    this.#makeSlots = (length) => scratch?.int32(length) ?? new Int32Array(length);
    this.#slots = this.#makeSlots(SLOT * slots);
    this.#mask = slots - 1;
    this.#equal = model.equal?.bind(model) ?? Object.is;
    this.#hash = hash;
  }

  get size(): number {
    return this.#states.length;
  }

  get(id: number): S {
    return this.#states[id]!;
  }

  find(state: S): number {
    return this.#slots[this.#slotOf(state, this.#hash(state)) + 1]! - 1;
  }

  /** `hash`: of the state, where it is known, by the function that the table has. */
  intern(state: S, hash = this.#hash(state)): number {
    const slot = this.#slotOf(state, hash);
    const known = this.#slots[slot + 1]! - 1;
    if (known !== ABSENT) return known;
    const count = this.#states.push(state);
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = count;
    if (2 * count > this.#mask) this.#grow();
    return count - 1;
  }

  /** Of the state, or the empty one where it belongs. */
  #slotOf(state: S, hash: number): number {
    const slots = this.#slots;
    for (let at = spread(hash) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = SLOT * at;
      const id = slots[slot + 1]! - 1;
      if (id === ABSENT) return slot;
      if (slots[slot] === hash && this.#equal(this.#states[id]!, state)) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = this.#makeSlots(2 * old.length);
    for (let slot = 0; slot < old.length; slot += SLOT) {
      if (old[slot + 1] === 0) continue;
      let at = spread(old[slot]!) & this.#mask;
      while (this.#slots[SLOT * at + 1] !== 0) at = (at + 1) & this.#mask;
      this.#slots[SLOT * at] = old[slot]!;
      this.#slots[SLOT * at + 1] = old[slot + 1]!;
    }
  }
}

/**
 * Of any model, a number that is the same for equal states. Two such functions need not give the same
 * number for one state.
 */
export function hashing<S>(model: Pick<Model<S>, 'equal' | 'hash'>): (state: S) => number {
  const given = model.hash?.bind(model);
  if (given) {
    return (state) => {
      const hash = given(state);
      return typeof hash === 'number' ? hash | 0 : extend(EMPTY_HASH, hash);
    };
  }
  // All in one place, to be compared one by one.
  if (model.equal) return () => 0;
  // A Map takes 0 and -0 for one: `Object.is` tells them apart.
  const seen = new Map<S, number>();
  return (state) => {
    const known = seen.get(state) ?? seen.size;
    if (known === seen.size) seen.set(state, known);
    return known;
  };
}
