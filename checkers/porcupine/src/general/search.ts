/**
 * The search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with the memo of Lowe
 * ("Testing for linearizability", 2017), depth first: of the operations that were called before the first
 * return that is left, one is linearized next.
 *
 * Left out is what a linearization can do without. Suppose there is one, and the search gave up. Take, of
 * the configurations that were entered and have a way to the end, those with the shortest way, and of
 * these one that spent the fewest operations of unknown outcome. Its way leads on to a shorter one, which
 * was not entered; so the step was left out, and can't have been:
 *  - the memo covers where it leads: then what covers it was entered, and has a way as short;
 *  - another one of its class is open and returns earlier (or, of unknown outcome, was called earlier):
 *    let the two change places in the way, and take that one;
 *  - it is of unknown outcome and changes nothing: without it the way is shorter;
 *  - (`late` only) the step before was one of unknown outcome, and without it this one leads to the same
 *    state: then the configuration before it has a way as short, and spent fewer.
 */
import type { Budget } from '../budget.ts';
import type { Layout } from './layout.ts';
import { Memo } from './memo.ts';
import { Remaining } from './remaining.ts';
import { EMPTY_SET, Sets } from './sets.ts';
import { NO_STATE, type Steps } from './steps.ts';

/** When operations of unknown outcome are tried: before the known ones, or after them and only if it matters. */
export type Unknowns = 'early' | 'late';

/**
 * In this order the known ones are tried: those that leave the state as it is, the one that has to return
 * next, those that let it, the others. Any order would do; this one commits to least.
 */
const SAME = 0;
const DUE = 1;
const HELPS = 2;
const OTHER = 3;

/** After every return: of a group that is used up. */
const NONE_LEFT = 2 ** 31 - 1;

/** Each frame: what was linearized; and k, state, spent, the next group and the end of pending before. */
const FRAME = 6;

export class Search<S, I, O> {
  readonly #layout: Layout;
  readonly #steps: Steps<S, I, O>;
  readonly #budget: Budget;
  readonly #hold: () => void;
  readonly #sets: Sets;
  readonly unknowns: Unknowns;
  readonly #memo: Memo;
  readonly #remaining: Remaining;
  #state: number;
  #spent = EMPTY_SET;
  /** Known operations not yet tried, by frame; and the group of unknown outcome to try next. */
  #pending = new Int32Array(1 << 8);
  #pendingEnd = 0;
  #group = 0;
  /** By group: how many of it are linearized. They are so in order. */
  readonly #used: Int32Array;
  /** By group: the first return that the next one of it was called before. */
  readonly #since: Int32Array;
  /** For `collect`: what it found, and the rank of each. */
  readonly #found: Int32Array;
  readonly #ranks: Int32Array;
  #frames = new Int32Array(FRAME << 8);
  #depth = 0;
  /** The way that got furthest, of those that ended, and how many steps the present way shares with it. */
  #furthest = -1;
  #longest: number[] = [];
  #shared = 0;
  /** By group: how often one of it was linearized. */
  readonly #tries: Float64Array;

  /** `hold` is called when it may hold more than before. */
  constructor(layout: Layout, unknowns: Unknowns, steps: Steps<S, I, O>, budget: Budget, hold: () => void) {
    this.#layout = layout;
    this.unknowns = unknowns;
    this.#steps = steps;
    this.#budget = budget;
    this.#hold = hold;
    this.#remaining = new Remaining(layout);
    this.#sets = new Sets(layout.lost.length);
    this.#memo = new Memo(this.#remaining.done.length, this.#sets);
    this.#state = steps.initial;
    this.#used = new Int32Array(layout.groups.length);
    this.#since = Int32Array.from(layout.groups, ({ members }) => layout.lost[members[0]!]!.since);
    this.#tries = new Float64Array(layout.groups.length);
    this.#found = new Int32Array(layout.lanes);
    this.#ranks = new Int32Array(layout.lanes);
    if (layout.count > 0) this.#collect();
  }

  /** Completions that some configuration explained, in order of time. */
  get explained(): number {
    return Math.max(this.#furthest, this.#remaining.k);
  }

  /** Ids on the way there; after success, the linearization. */
  get longest(): number[] {
    return this.#remaining.k > this.#furthest ? this.#idsOf(this.#choices()) : this.#idsOf(this.#longest);
  }

  /** By id of an operation of unknown outcome, the first of its group: how often one of it was linearized. */
  get tries(): ReadonlyMap<number, number> {
    const { groups, lost } = this.#layout;
    const tried = [...groups.keys()].filter((i) => this.#tries[i]! > 0);
    return new Map(tried.map((i) => [lost[groups[i]!.members[0]!]!.id, this.#tries[i]!]));
  }

  /** About; without what `steps` holds. */
  get bytes(): number {
    const stacks = this.#frames.byteLength + this.#pending.byteLength;
    return this.#memo.bytes + this.#sets.bytes + stacks + this.#remaining.bytes;
  }

  /**
   * Is there a linearization? Undefined when it takes more than `most` steps to tell; then it can be asked
   * to go on. Throws `OutOfBudget`.
   */
  run(most: number): boolean | undefined {
    const { count } = this.#layout;
    for (let left = most; this.#remaining.k < count; left--) {
      if (left === 0) return undefined;
      if (!this.#linearizeNext() && !this.#back()) return false;
    }
    return true;
  }

  /** Puts the known operations that may come next on the stack of choices, the best one on top. */
  #collect(): void {
    const { called, returns, classOf } = this.#layout;
    const due = returns[this.#remaining.k]!;
    const end = called[this.#remaining.k]!;
    let found = 0;
    this.#group = 0;
    for (let at = this.#remaining.first; at < end; at = this.#remaining.after(at)) {
      this.#budget.tick();
      const of = classOf[at]!;
      const result = this.#steps.result(this.#state, of);
      if (result === NO_STATE || this.#remaining.hasRival(at) || this.#isWasted(of, result)) continue;
      this.#found[found] = at;
      this.#ranks[found++] = this.#rankOf(at, result, due);
    }
    if (this.#pendingEnd + found > this.#pending.length) this.#growPending(found);
    for (let rank = OTHER; rank >= 0; rank--) {
      for (let i = found - 1; i >= 0; i--)
        if (this.#ranks[i] === rank) this.#pending[this.#pendingEnd++] = this.#found[i]!;
    }
  }

  #rankOf(operation: number, result: number, due: number): number {
    if (result === this.#state) return SAME;
    if (operation === due) return DUE;
    return this.#steps.result(result, this.#layout.classOf[due]!) === NO_STATE ? OTHER : HELPS;
  }

  /** Linearizes the next one that may come here. False when there is none left. */
  #linearizeNext(): boolean {
    if (this.unknowns === 'early') return this.#nextUnknown() || this.#nextKnown();
    return this.#nextKnown() || this.#nextUnknown();
  }

  #nextKnown(): boolean {
    const start = this.#depth === 0 ? 0 : this.#frames[(this.#depth - 1) * FRAME + 5]!;
    while (this.#pendingEnd > start) {
      const operation = this.#pending[--this.#pendingEnd]!;
      this.#push(operation);
      this.#state = this.#steps.result(this.#state, this.#layout.classOf[operation]!);
      this.#remaining.lift(operation);
      if (this.#isNew()) return true;
    }
    return false;
  }

  #nextUnknown(): boolean {
    const { groups } = this.#layout;
    const { k } = this.#remaining;
    for (; this.#group < groups.length; this.#group++) {
      if (this.#since[this.#group]! > k) {
        // The groups are in order of their first calls.
        if (this.#used[this.#group] === 0) return false;
        continue;
      }
      this.#budget.tick();
      const { of, members } = groups[this.#group]!;
      const result = this.#steps.result(this.#state, of);
      if (result === NO_STATE || result === this.#state || this.#isWasted(of, result)) continue;
      const operation = members[this.#used[this.#group]!]!;
      this.#push(~operation);
      this.#tries[this.#group]!++;
      this.#use(1);
      this.#state = result;
      this.#spent = this.#sets.add(this.#spent, operation);
      if (this.#isNew()) return true;
    }
    return false;
  }

  /** One more, or one less, of the present group is linearized. */
  #use(more: 1 | -1): void {
    const { groups, lost } = this.#layout;
    const used = (this.#used[this.#group]! += more);
    const next = groups[this.#group]!.members[used];
    this.#since[this.#group] = next === undefined ? NONE_LEFT : lost[next]!.since;
  }

  #growPending(by: number): void {
    const larger = new Int32Array(Math.max(this.#pending.length * 2, this.#pendingEnd + by));
    larger.set(this.#pending);
    this.#pending = larger;
  }

  /** Was the step before one that never has to happen, and leads this one there without it as well? */
  #isWasted(of: number, result: number): boolean {
    const top = (this.#depth - 1) * FRAME;
    if (this.unknowns === 'early' || top < 0 || this.#frames[top]! >= 0) return false;
    return this.#steps.result(this.#frames[top + 3]!, of) === result;
  }

  /** If not, goes back to where it came from. */
  #isNew(): boolean {
    if (!this.#memo.covers(this.#remaining.k, this.#state, this.#spent, this.#remaining.done)) {
      if (this.#remaining.k < this.#layout.count) this.#collect();
      if ((this.#memo.count & 1023) === 0) this.#hold();
      return true;
    }
    this.#pop();
    return false;
  }

  #push(choice: number): void {
    if ((this.#depth + 1) * FRAME > this.#frames.length) {
      const larger = new Int32Array(this.#frames.length * 2);
      larger.set(this.#frames);
      this.#frames = larger;
    }
    const frame = this.#depth++ * FRAME;
    this.#frames[frame] = choice;
    this.#frames[frame + 1] = this.#group;
    this.#frames[frame + 2] = this.#remaining.k;
    this.#frames[frame + 3] = this.#state;
    this.#frames[frame + 4] = this.#spent;
    this.#frames[frame + 5] = this.#pendingEnd;
  }

  /** Undoes the last step. */
  #pop(): number {
    const frame = --this.#depth * FRAME;
    const choice = this.#frames[frame]!;
    this.#group = this.#frames[frame + 1]!;
    if (choice < 0) this.#use(-1);
    else this.#remaining.putBack(choice, this.#frames[frame + 2]!);
    this.#state = this.#frames[frame + 3]!;
    this.#spent = this.#frames[frame + 4]!;
    return choice;
  }

  /** To the last step that may have an alternative. False when there is none. */
  #back(): boolean {
    if (this.#remaining.k > this.#furthest) {
      this.#furthest = this.#remaining.k;
      this.#longest.length = this.#shared;
      for (let i = this.#shared; i < this.#depth; i++) this.#longest.push(this.#frames[i * FRAME]!);
      this.#shared = this.#depth;
    }
    if (this.#depth === 0) return false;
    this.#shared = Math.min(this.#shared, this.#depth - 1);
    const choice = this.#pop();
    if (choice < 0) this.#group++;
    return true;
  }

  #choices(): number[] {
    return Array.from({ length: this.#depth }, (_, i) => this.#frames[i * FRAME]!);
  }

  #idsOf(choices: readonly number[]): number[] {
    const { ids, lost } = this.#layout;
    return choices.map((choice) => (choice >= 0 ? ids[choice]! : lost[~choice]!.id));
  }
}
