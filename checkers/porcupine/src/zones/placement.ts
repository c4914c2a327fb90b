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
import type { Violation } from './evidence.ts';
import { certainAllTheTime, nothingElse, type Known } from './failed-cas.ts';
import { ATTEMPT, NONE, NOOP, REJECT, UPDATE, WRITE, undecided, type Undecided } from './history.ts';
import { INITIAL } from './versions.ts';

/** How many blocks are looked at for one that may come earlier. */
const LOOK = 256;

/** Operations by position, in the order of a linearization. */
export function place<S, I, O>(
  known: Known<S, I, O>,
  budget: Budget,
): { readonly order: Int32Array } | Violation | Undecided {
  const { history, until } = known;
  const lookers: number[] = [];
  for (let i = 0; i < history.kindOf.length; i++) {
    const kind = history.kindOf[i]!;
    if (history.return[i]! > until || (kind !== REJECT && kind !== NOOP)) continue;
    const wrong = kind === REJECT ? certainAllTheTime(known, i) : undefined;
    if (wrong) return wrong;
    lookers.push(i);
  }
  lookers.sort((a, b) => history.call[a]! - history.call[b]!);
  const sweep = new Sweep(known, budget);
  if (sweep.run(lookers)) return { order: sweep.sequence() };
  const wrong = sweep.stuck === NONE ? undefined : nothingElse(known, sweep.stuck);
  return wrong ?? undecided('some failed cas finds no place in this order');
}

class Sweep<S, I, O> {
  /** The first that found no place. */
  stuck = NONE;
  readonly #known: Known<S, I, O>;
  readonly #budget: Budget;
  /** Versions in order. */
  readonly #slots: number[] = [INITIAL];
  /** By operation, for those that are in no block. */
  readonly #slotOf: Int32Array;
  #version = INITIAL;
  /** After an unseen append. */
  #text: string | undefined;
  #byText: Map<string, number> | undefined;
  #state: number;
  /** The present block lasts at least until then. */
  #last: number;
  /** By version of the present block, but the first: when it is due. */
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
    this.#slotOf = new Int32Array(history.kindOf.length).fill(NONE);
    this.#state = history.initial;
    this.#last = blocks.last[0]!;
    this.#dueOf = new Float64Array(versions.maker.length);
    this.#begun = new Uint8Array(blocks.root.length);
    this.#schedule(0);
  }

  /** Can all `lookers` be placed? */
  run(lookers: readonly number[]): boolean {
    const { call, return: end } = this.#known.history;
    if (lookers.length > 0) this.#findUnseen();
    const returning = [...lookers].sort((a, b) => end[a]! - end[b]!);
    let called = 0;
    for (const looker of returning) {
      while (called < lookers.length && call[lookers[called]!]! <= end[looker]!) {
        const next = lookers[called++]!;
        // What is due at the time of a call comes after it.
        if (!this.#until(call[next]!, false)) return false;
        this.#look(next);
      }
      if (!this.#until(end[looker]!, true)) return false;
      if (this.#slotOf[looker] !== NONE || this.#force(looker)) continue;
      this.stuck = looker;
      return false;
    }
    return this.#until(Infinity, true);
  }

  /** All operations but those of unknown outcome that are not needed. */
  sequence(): Int32Array {
    const { history, versions, evidence } = this.#known;
    const slotOfVersion = new Int32Array(versions.maker.length);
    this.#slots.forEach((version, slot) => (slotOfVersion[version] = slot));
    const start = new Int32Array(this.#slots.length + 1);
    for (let i = 0; i < history.kindOf.length; i++) {
      const version = evidence.versionOf[i]!;
      if (version !== NONE) this.#slotOf[i] = slotOfVersion[version]!;
      if (this.#slotOf[i] !== NONE) start[this.#slotOf[i]! + 1]!++;
    }
    for (let slot = 0; slot < this.#slots.length; slot++) start[slot + 1]! += start[slot]!;
    const order = new Int32Array(start.at(-1)!);
    // Who makes a version comes first; the others are in an order that agrees with real time.
    this.#slots.forEach((version, slot) => {
      const maker = versions.maker[version]!;
      if (maker === NONE) return;
      order[start[slot]!++] = maker;
      this.#slotOf[maker] = NONE;
    });
    for (let i = 0; i < history.kindOf.length; i++)
      if (this.#slotOf[i] !== NONE) order[start[this.#slotOf[i]!]!++] = i;
    return order;
  }

  #findUnseen(): void {
    const { history, evidence, until } = this.#known;
    for (let i = 0; i < history.kindOf.length; i++) {
      if (history.return[i]! <= until || evidence.versionOf[i] !== NONE) continue;
      const kind = history.kindOf[i];
      if (kind === WRITE || kind === UPDATE) this.#unseenWrites.push(i);
      else if (kind === ATTEMPT) {
        const from = history.from[i]!;
        const others = this.#unseenAttempts.get(from);
        if (others) others.push(i);
        else this.#unseenAttempts.set(from, [i]);
      }
    }
    const latestFirst = (a: number, b: number): number => history.call[b]! - history.call[a]!;
    this.#unseenWrites.sort(latestFirst);
    for (const attempts of this.#unseenAttempts.values()) attempts.sort(latestFirst);
  }

  /** What is due before that moment begins. */
  #until(time: number, inclusive: boolean): boolean {
    const { blocks, order } = this.#known;
    for (;;) {
      this.#budget.tick();
      while (this.#begun[order.blocks[this.#position] ?? 0] && this.#position < order.blocks.length)
        this.#position++;
      const block = order.blocks[this.#position];
      const next = blocks.next[this.#version]!;
      const blockDue = block === undefined ? Infinity : order.due[block]!;
      const nextDue = next === NONE ? Infinity : this.#dueOf[next]!;
      const due = Math.min(blockDue, nextDue);
      if (due > time || (due === time && !inclusive) || (block === undefined && next === NONE)) return true;
      if (next !== NONE && nextDue <= blockDue) this.#enter(next);
      else if (!this.#begin(block!, due)) return false;
    }
  }

  #look(looker: number): void {
    const { kindOf, from } = this.#known.history;
    if (kindOf[looker] === NOOP || from[looker] !== this.#state)
      this.#slotOf[looker] = this.#slots.length - 1;
    else this.#open.push(looker);
  }

  /** Another state for one that returns. */
  #force(looker: number): boolean {
    const { history, versions, blocks, order } = this.#known;
    const now = history.return[looker]!;
    const next = blocks.next[this.#version]!;
    if (next !== NONE) {
      if (history.call[versions.maker[next]!]! > now) return false;
      this.#enter(next);
    } else if (this.#last > now) return false;
    else {
      const unseen = this.#unseen(now);
      if (unseen !== undefined) this.#enterUnseen(unseen);
      else {
        const block = this.#available(now) ?? order.blocks[this.#position];
        if (block === undefined || history.call[versions.maker[blocks.root[block]!]!]! > now) return false;
        if (!this.#begin(block, now)) return false;
      }
    }
    return this.#slotOf[looker] !== NONE;
  }

  #unseen(now: number): number | undefined {
    const { call, to } = this.#known.history;
    const attempts = this.#unseenAttempts.get(this.#state);
    if (attempts && attempts.length > 0 && call[attempts.at(-1)!]! <= now) return attempts.pop();
    const write = this.#unseenWrites.at(-1);
    if (write === undefined || call[write]! > now || to[write] === this.#state) return undefined;
    return this.#unseenWrites.pop();
  }

  /** The first to be due of those that could be over by now. */
  #available(now: number): number | undefined {
    const { blocks, order } = this.#known;
    const end = Math.min(order.blocks.length, this.#position + LOOK);
    for (let i = this.#position; i < end; i++) {
      const block = order.blocks[i]!;
      if (!this.#begun[block] && blocks.last[block]! <= now) return block;
    }
    return undefined;
  }

  /** After the rest of the present block. */
  #begin(block: number, now: number): boolean {
    const { blocks } = this.#known;
    if (this.#last > now) return false;
    for (let next = blocks.next[this.#version]!; next !== NONE; next = blocks.next[next]!) this.#enter(next);
    this.#begun[block] = 1;
    this.#last = blocks.last[block]!;
    this.#schedule(block);
    this.#enter(blocks.root[block]!);
    return true;
  }

  #schedule(block: number): void {
    const { next, root, firstReturn } = this.#known.blocks;
    const versions: number[] = [];
    for (let v = root[block]!; v !== NONE; v = next[v]!) versions.push(v);
    let due = Infinity;
    for (const version of versions.reverse()) {
      due = Math.min(due, firstReturn[version]!);
      this.#dueOf[version] = due;
    }
  }

  #enterUnseen(operation: number): void {
    const version = this.#known.versions.own[operation]!;
    this.#last = -Infinity;
    this.#enter(version);
    this.#slotOf[operation] = this.#slots.length - 1;
  }

  #enter(version: number): void {
    const { state, maker, own } = this.#known.versions;
    const by = maker[version]!;
    const unseen = this.#known.history.kindOf[by] === UPDATE && own[by] === version;
    this.#text = unseen ? this.#textNow() + this.#known.history.appends.get(by)! : undefined;
    this.#version = version;
    this.#state = this.#text === undefined ? state[version]! : (this.#stateOf(this.#text) ?? NONE);
    this.#slots.push(version);
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
