/**
 * From the order of blocks to a linearization, with a place for what says nothing about the order: a
 * failed cas has to find a moment, between its call and its return, at which the object is in another
 * state than the one it expected.
 *
 * Time is swept once. Every version begins as late as it can, so that a failed cas called before it still
 * finds the one before. One that has found nothing when it returns *forces* another version: the next of
 * the block, a write of unknown outcome that nobody saw, or a block that was due later. That may be the
 * wrong choice: then it is `undecided`, unless it can be shown that there was none (`failed-cas.ts`).
 */
import type { Budget } from '../budget.ts';
import { sortByTime } from '../by-time.ts';
import { courseOf } from './course.ts';
import { certainAllTheTime, nothingElse, type Known } from './failed-cas.ts';
import type { Decision } from './first-violation.ts';
import { undecided } from './history.ts';
import { ATTEMPT, NONE, NOOP, REJECT, UPDATE, WRITE } from '../kinds.ts';
import { Slots } from './slots.ts';
import { INITIAL } from './versions.ts';

/** How many blocks are looked at for one that may come earlier. */
const LOOK = 256;

/** All of them, but those of unknown outcome that are not needed. */
export function place<S, I, O>(known: Known<S, I, O>, budget: Budget): Decision {
  const { history, until } = known;
  const { count, kindOf, return: end, scratch } = history;
  const lookers = scratch.int32(count);
  let looking = 0;
  for (let i = 0; i < count; i++) {
    const kind = kindOf[i]!;
    if ((kind !== REJECT && kind !== NOOP) || end[i]! > until) continue;
    const wrong = kind === REJECT ? certainAllTheTime(known, i) : undefined;
    if (wrong) return wrong;
    lookers[looking++] = i;
  }
  const sweep = new Sweep(known, budget);
  if (sweep.run(lookers.subarray(0, looking))) return courseOf(known, sweep.slots);
  const wrong = sweep.stuck === NONE ? undefined : nothingElse(known, sweep.stuck);
  return wrong ?? undecided('some failed cas finds no place in this order');
}

class Sweep<S, I, O> {
  /** The first that found no place. */
  stuck = NONE;
  readonly slots: Slots;
  readonly #known: Known<S, I, O>;
  readonly #budget: Budget;
  #version = INITIAL;
  /** `NONE` after what nobody saw. */
  #block = 0;
  /** After an unseen append. */
  #text: string | undefined;
  #byText: Map<string, number> | undefined;
  #state: number;
  /** By version, but the first of a block: when it is due. */
  readonly #dueOf: Float64Array;
  /** By block. */
  readonly #begun: Uint8Array;
  /** Everything before it in the order has begun. */
  #position = 0;
  /** Called, and found only the state that they reject. */
  #open: number[] = [];
  /** Writes, cas and appends of unknown outcome that nobody saw, the first to be called last. */
  readonly #unseenWrites: number[] = [];
  readonly #unseenAttempts = new Map<number, number[]>();

  constructor(known: Known<S, I, O>, budget: Budget) {
    this.#known = known;
    this.#budget = budget;
    const { history, versions, blocks } = known;
    this.slots = new Slots(history, blocks, versions);
    this.#state = history.initial;
    this.#dueOf = history.scratch.float64(versions.maker.length);
    this.#begun = history.scratch.uint8(blocks.root.length);
    this.#schedule(0);
  }

  /** Can all `lookers` be placed? */
  run(lookers: Int32Array): boolean {
    const { call, return: end } = this.#known.history;
    if (lookers.length > 0) this.#findUnseen();
    sortByTime(lookers, call);
    const returning = lookers.slice();
    sortByTime(returning, end);
    let called = 0;
    for (let i = 0; i < returning.length; i++) {
      const looker = returning[i]!;
      while (called < lookers.length && call[lookers[called]!]! <= end[looker]!) {
        const next = lookers[called++]!;
        // What is due at the time of a call comes after it.
        if (!this.#until(call[next]!, false)) return false;
        this.#look(next);
      }
      if (!this.#until(end[looker]!, true)) return false;
      if (this.slots.slotOf[looker] !== NONE || this.#force(looker)) continue;
      this.stuck = looker;
      return false;
    }
    return this.#until(Infinity, true);
  }

  #findUnseen(): void {
    const { history, evidence, until } = this.#known;
    const { count, kindOf, call, return: end } = history;
    const { versionOf } = evidence;
    for (let i = 0; i < count; i++) {
      if (end[i]! <= until || call[i]! > until || versionOf[i] !== NONE) continue;
      const kind = kindOf[i];
      if (kind === WRITE || kind === UPDATE) this.#unseenWrites.push(i);
      else if (kind === ATTEMPT) {
        const from = history.from[i]!;
        const others = this.#unseenAttempts.get(from);
        if (others) others.push(i);
        else this.#unseenAttempts.set(from, [i]);
      }
    }
    const latestFirst = (a: number, b: number): number => call[b]! - call[a]!;
    this.#unseenWrites.sort(latestFirst);
    for (const attempts of this.#unseenAttempts.values()) attempts.sort(latestFirst);
  }

  /** Enters what is due before that moment. False where something is due that can't come yet. */
  #until(time: number, inclusive: boolean): boolean {
    const { blocks, order } = this.#known;
    for (;;) {
      this.#budget.tick();
      while (this.#position < order.blocks.length && this.#begun[order.blocks[this.#position]!])
        this.#position++;
      const block = this.#position < order.blocks.length ? order.blocks[this.#position]! : NONE;
      const next = blocks.next[this.#version]!;
      if (block === NONE && next === NONE) return true;
      const blockDue = block === NONE ? Infinity : order.due[block]!;
      const nextDue = next === NONE ? Infinity : this.#dueOf[next]!;
      const due = Math.min(blockDue, nextDue);
      if (due > time || (due === time && !inclusive)) return true;
      if (next !== NONE && nextDue <= blockDue) this.#enter(next);
      else if (this.#lasts() > due) return false;
      else this.#begin(block);
    }
  }

  /** The present block is there at least until then. */
  #lasts(): number {
    return this.#block === NONE ? -Infinity : this.#known.blocks.last[this.#block]!;
  }

  #look(looker: number): void {
    const { kindOf, from } = this.#known.history;
    if (kindOf[looker] === NOOP || from[looker] !== this.#state) this.slots.look(looker);
    else this.#open.push(looker);
  }

  /** Another state for one that returns. */
  #force(looker: number): boolean {
    const { history, versions, blocks } = this.#known;
    const now = history.return[looker]!;
    const next = blocks.next[this.#version]!;
    if (next !== NONE) {
      if (history.call[versions.maker[next]!]! > now) return false;
      this.#enter(next);
    } else if (this.#lasts() > now) return false;
    else {
      const unseen = this.#unseen(now);
      if (unseen !== undefined) this.#enterUnseen(unseen);
      else if (!this.#beginEarly(now) && !this.#putLast(now)) return false;
    }
    return this.slots.slotOf[looker] !== NONE;
  }

  #unseen(now: number): number | undefined {
    const { call, to } = this.#known.history;
    const attempts = this.#unseenAttempts.get(this.#state);
    if (attempts && attempts.length > 0 && call[attempts.at(-1)!]! <= now) return attempts.pop();
    const write = this.#unseenWrites.at(-1);
    if (write === undefined || call[write]! > now || to[write] === this.#state) return undefined;
    return this.#unseenWrites.pop();
  }

  /**
   * Of the blocks that were called, the first to be due of those that could be over by now; or else of those
   * that are over before another one is due.
   */
  #beginEarly(now: number): boolean {
    const { history, versions, blocks, order } = this.#known;
    const end = Math.min(order.blocks.length, this.#position + LOOK);
    let found = NONE;
    let first = NONE;
    for (let i = this.#position; i < end; i++) {
      const block = order.blocks[i]!;
      if (this.#begun[block]) continue;
      if (first === NONE) first = block;
      if (history.call[versions.maker[blocks.root[block]!]!]! > now) continue;
      const isOver = blocks.last[block]! <= now;
      // The first may begin sooner as well: the others are due after it.
      if (isOver || (found === NONE && (block === first || blocks.last[block]! <= order.due[first]!)))
        found = block;
      if (isOver) break;
    }
    if (found === NONE) return false;
    this.#begin(found);
    return true;
  }

  #putLast(now: number): boolean {
    const block = this.slots.putLast(this.#state, now, this.#open);
    if (block === NONE) return false;
    this.#block = block;
    this.#isNow(this.slots.versions.at(-1)!);
    return true;
  }

  /** After the present block, which is over. */
  #begin(block: number): void {
    const { blocks } = this.#known;
    for (let next = blocks.next[this.#version]!; next !== NONE; next = blocks.next[next]!) this.#enter(next);
    this.#begun[block] = 1;
    this.#block = block;
    this.#schedule(block);
    this.#enter(blocks.root[block]!);
  }

  #schedule(block: number): void {
    const { next, root, firstReturn } = this.#known.blocks;
    if (next[root[block]!] === NONE) return;
    const versions: number[] = [];
    for (let v = root[block]!; v !== NONE; v = next[v]!) versions.push(v);
    let due = Infinity;
    for (const version of versions.reverse()) {
      due = Math.min(due, firstReturn[version]!);
      this.#dueOf[version] = due;
    }
  }

  #enterUnseen(operation: number): void {
    this.#block = NONE;
    this.#enter(this.#known.versions.own[operation]!);
  }

  #enter(version: number): void {
    this.slots.push(version, this.#block);
    this.#isNow(version);
  }

  #isNow(version: number): void {
    const { state, maker, own } = this.#known.versions;
    const by = maker[version]!;
    const unseen = this.#known.history.kindOf[by] === UPDATE && own[by] === version;
    this.#text = unseen ? this.#textNow() + this.#known.history.appends.get(by)! : undefined;
    this.#version = version;
    this.#state = this.#text === undefined ? state[version]! : (this.#stateOf(this.#text) ?? NONE);
    if (this.#open.length === 0) return;
    const looking = this.#open;
    this.#open = [];
    for (const looker of looking) this.#look(looker);
  }

  /** Nobody saw what an unseen append made, but a cas may have failed on just that. */
  #textNow(): string {
    const { model, history, versions } = this.#known;
    if (this.#text !== undefined) return this.#text;
    const appended: string[] = [];
    let version = this.#version;
    for (; versions.state[version] === NONE; version = versions.parent[version]!)
      appended.push(history.appends.get(versions.maker[version]!)!);
    return model.text!(history.states.get(versions.state[version]!))! + appended.reverse().join('');
  }

  #stateOf(text: string): number | undefined {
    const { model, history } = this.#known;
    if (!this.#byText) {
      this.#byText = new Map();
      for (let state = 0; state < history.states.size; state++)
        this.#byText.set(model.text!(history.states.get(state))!, state);
    }
    return this.#byText.get(text);
  }
}
