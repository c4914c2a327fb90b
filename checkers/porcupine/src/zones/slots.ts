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
import type { History } from './history.ts';
import { NONE } from '../kinds.ts';
import { INITIAL, type Versions } from './versions.ts';

/** How many slots are looked back at. */
const BACK = 32;
/** Of one who looked: no slot yet. */
const LATER = -2;

export class Slots {
  readonly #history: Pick<History<unknown, unknown, unknown>, 'call' | 'return' | 'from'>;
  readonly #blocks: Pick<Blocks, 'first' | 'last'>;
  readonly #stateOf: Int32Array;
  readonly #makerOf: Int32Array;
  readonly versions: number[] = [INITIAL];
  /** By slot: its block; `NONE` for what nobody saw. */
  readonly #blockIn: number[] = [0];
  /** By slot: the one that looked last; by operation, the one that looked before it. */
  readonly #lookerIn: number[] = [NONE];
  readonly #lookedBefore: Int32Array;
  /** By operation that only looked. */
  readonly slotOf: Int32Array;

  constructor(
    history: Pick<History<unknown, unknown, unknown>, 'count' | 'call' | 'return' | 'from' | 'scratch'>,
    blocks: Pick<Blocks, 'first' | 'last'>,
    { state, maker }: Pick<Versions, 'state' | 'maker'>,
  ) {
    this.#history = history;
    this.#blocks = blocks;
    this.#stateOf = state;
    this.#makerOf = maker;
    this.slotOf = history.scratch.int32(history.count, NONE);
    this.#lookedBefore = history.scratch.int32(history.count, NONE);
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
   * makes another text where it is put. Who looked there and has no place then, but returns only after
   * `now`, is no longer in a slot, and in `again`.
   */
  putLast(state: number, now: number, again: number[]): number {
    const count = this.versions.length;
    let lasts = -Infinity;
    let end = count;
    for (let slot = count - 1; slot > 0 && slot >= count - BACK; slot--) {
      const block = this.#blockIn[slot]!;
      if (block <= 0 || this.#stateOf[this.versions[slot]!] === NONE) return NONE;
      if (this.#blockIn[slot - 1] === block) continue;
      const last = this.#stateOf[this.versions[end - 1]!];
      const mayBeLast = end < count && this.#blocks.first[block]! >= lasts && last !== state;
      if (mayBeLast && this.#move(slot, end, lasts, now, again)) return block;
      lasts = Math.max(lasts, this.#blocks.last[block]!);
      end = slot;
    }
    return NONE;
  }

  /**
   * The block in slots from `begin` up to `end`, if those who looked there or later have a place then, or
   * may still find one. What came after it lasts until `lasts`.
   */
  #move(begin: number, end: number, lasts: number, now: number, again: number[]): boolean {
    const count = this.versions.length;
    const shift = end - begin;
    const due = this.#blocks.first[this.#blockIn[begin]!]!;
    const last = this.#stateOf[this.versions[end - 1]!];
    const over = Math.max(lasts, this.#blocks.last[this.#blockIn[begin]!]!);
    const { call, return: returned, from } = this.#history;
    const lookers = this.#lookers(begin, count).sort((a, b) => call[a]! - call[b]!);
    /** Who was called after it comes after one that went on to the slot that is at `begin` then. */
    let wentOn = Infinity;
    const places = lookers.map((looker) => {
      const slot = this.slotOf[looker]!;
      // Nobody in the block had returned when it was called, so it may be before it.
      if (call[looker]! <= due) {
        if (slot >= end) return slot - shift;
        const place = this.#placeWithout(begin, end, looker, wentOn < call[looker]!);
        if (place === begin) wentOn = Math.min(wentOn, returned[looker]!);
        if (place !== NONE) return place;
      }
      // Or it goes with the block, if what came after it had been called by then.
      if (slot < end && returned[looker]! >= lasts) return slot + count - end;
      if (returned[looker]! >= over && from[looker] !== last) return count - 1;
      return returned[looker]! > now ? LATER : NONE;
    });
    if (places.includes(NONE) || !this.#areInTime(lookers, places)) return false;
    this.versions.push(...this.versions.splice(begin, shift));
    this.#blockIn.push(...this.#blockIn.splice(begin, shift));
    this.#lookerIn.fill(NONE, begin);
    lookers.forEach((looker, i) => {
      if (places[i] !== LATER) return this.#put(looker, places[i]!);
      this.slotOf[looker] = NONE;
      again.push(looker);
    });
    return true;
  }

  /**
   * A slot, as they are without those from `begin` up to `end`, for one who looked there: the one before, or,
   * where that has the state that it rejects or `isLate`, the one after.
   */
  #placeWithout(begin: number, end: number, looker: number, isLate: boolean): number {
    const { call, return: returned, from } = this.#history;
    const rejected = from[looker];
    if (!isLate && this.#stateOf[this.versions[begin - 1]!] !== rejected) return begin - 1;
    // Of those in its slot, only the maker has to come before it.
    const next = this.versions[end]!;
    const mayBeThere = call[this.#makerOf[next]!]! <= returned[looker]! && this.#stateOf[next] !== rejected;
    return mayBeThere ? begin : NONE;
  }

  /** `lookers` in order of their calls: does none come after one that was called when it had returned? */
  #areInTime(lookers: readonly number[], places: readonly number[]): boolean {
    const { call, return: returned } = this.#history;
    const returning = [...lookers.keys()].sort((a, b) => returned[lookers[a]!]! - returned[lookers[b]!]!);
    let gone = 0;
    let latest = NONE;
    return lookers.every((looker, i) => {
      for (; returned[lookers[returning[gone]!]!]! < call[looker]!; gone++)
        latest = Math.max(latest, places[returning[gone]!]!);
      return places[i] === LATER || places[i]! >= latest;
    });
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
