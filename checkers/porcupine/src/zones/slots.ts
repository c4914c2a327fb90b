/**
 * The versions of a linearization in their order, as far as it is known: each in a slot, with those who
 * only looked while it was there.
 *
 * A block that need not have come so soon can be put last again, which makes room for a failed cas. Writes
 * that nobody read, say, come in the order in which they returned:
 *
 *     put 1   |---------|            lazily 2, 1: nothing explains the failed cas.
 *     put 2     |----|               As 1 was called before 2 returned, it can as well be 1, 2.
 *     cas 1 → mismatch    |--|
 */
import type { Blocks } from './blocks.ts';
import { NONE, type History } from './history.ts';
import { INITIAL } from './versions.ts';

/** How many slots are looked back at. */
const BACK = 32;

export class Slots {
  readonly #history: Pick<History<unknown, unknown, unknown>, 'call' | 'return' | 'from'>;
  readonly #blocks: Pick<Blocks, 'first' | 'last'>;
  readonly #stateOf: Int32Array;
  readonly versions: number[] = [INITIAL];
  /** By slot: its block; `NONE` for what nobody saw. */
  readonly #blockIn: number[] = [0];
  /** By slot: the one that looked last; by operation, the one that looked before it. */
  readonly #lookerIn: number[] = [NONE];
  readonly #lookedBefore: Int32Array;
  /** By operation that only looked. */
  readonly slotOf: Int32Array;

  /** `stateOf`: by version. */
  constructor(
    history: Pick<History<unknown, unknown, unknown>, 'call' | 'return' | 'from' | 'scratch'>,
    blocks: Pick<Blocks, 'first' | 'last'>,
    stateOf: Int32Array,
  ) {
    this.#history = history;
    this.#blocks = blocks;
    this.#stateOf = stateOf;
    this.slotOf = history.scratch.int32(history.call.length, NONE);
    this.#lookedBefore = history.scratch.int32(history.call.length, NONE);
  }

  /** `block`: `NONE` for a version that nobody saw. */
  push(version: number, block: number): void {
    this.versions.push(version);
    this.#blockIn.push(block);
    this.#lookerIn.push(NONE);
  }

  /** In the last slot. */
  look(looker: number): void {
    this.#put(looker, this.versions.length - 1);
  }

  /**
   * Puts the last block last again that may come after all that came after it, and ends in another state
   * than `state`, and gives it back; `NONE` where there is none. Not across what nobody saw: an append, say,
   * makes another text where it is put.
   */
  putLast(state: number): number {
    const count = this.versions.length;
    let lasts = -Infinity;
    let end = count;
    for (let slot = count - 1; slot > 0 && slot >= count - BACK; slot--) {
      const block = this.#blockIn[slot]!;
      if (block <= 0 || this.#stateOf[this.versions[slot]!] === NONE) return NONE;
      if (this.#blockIn[slot - 1] === block) continue;
      const last = this.#stateOf[this.versions[end - 1]!];
      const mayBeLast = end < count && this.#blocks.first[block]! >= lasts && last !== state;
      if (mayBeLast && this.#move(slot, end, lasts)) return block;
      lasts = Math.max(lasts, this.#blocks.last[block]!);
      end = slot;
    }
    return NONE;
  }

  /**
   * The block in slots from `begin` up to `end`, if those who looked there or later have a place then. What
   * came after it lasts until `lasts`.
   */
  #move(begin: number, end: number, lasts: number): boolean {
    const count = this.versions.length;
    const shift = end - begin;
    const due = this.#blocks.first[this.#blockIn[begin]!]!;
    const last = this.#stateOf[this.versions[end - 1]!];
    const over = Math.max(lasts, this.#blocks.last[this.#blockIn[begin]!]!);
    const lookers = this.#lookers(begin, count);
    const places = lookers.map((looker) => {
      // Nobody in the block had returned when it was called, so it may be before it.
      if (this.#history.call[looker]! <= due) {
        const slot = this.slotOf[looker]!;
        const place = slot >= end ? slot - shift : this.#placeWithout(begin, end, looker);
        if (place !== NONE) return place;
      }
      return this.#history.return[looker]! >= over && this.#history.from[looker] !== last ? count - 1 : NONE;
    });
    if (places.includes(NONE)) return false;
    this.versions.push(...this.versions.splice(begin, shift));
    this.#blockIn.push(...this.#blockIn.splice(begin, shift));
    this.#lookerIn.fill(NONE, begin);
    lookers.forEach((looker, i) => this.#put(looker, places[i]!));
    return true;
  }

  /** A slot, as they are without those from `begin` up to `end`, for one who looked there. */
  #placeWithout(begin: number, end: number, looker: number): number {
    const rejected = this.#history.from[looker];
    if (this.#stateOf[this.versions[begin - 1]!] !== rejected) return begin - 1;
    for (let slot = end; slot < this.versions.length; slot++) {
      if (this.#blocks.last[this.#blockIn[slot]!]! > this.#history.return[looker]!) return NONE;
      if (this.#stateOf[this.versions[slot]!] !== rejected) return slot - (end - begin);
    }
    return NONE;
  }

  /** Who looked in slots from `begin` up to `end`. */
  #lookers(begin: number, end: number): number[] {
    const found: number[] = [];
    for (let slot = begin; slot < end; slot++)
      for (let looker = this.#lookerIn[slot]!; looker !== NONE; looker = this.#lookedBefore[looker]!)
        found.push(looker);
    return found;
  }

  #put(looker: number, slot: number): void {
    this.slotOf[looker] = slot;
    this.#lookedBefore[looker] = this.#lookerIn[slot]!;
    this.#lookerIn[slot] = looker;
  }
}
