/**
 * The search of Wing & Gong ("Testing and verifying concurrent objects", 1993) with the memo of Lowe
 * ("Testing for linearizability", 2017), depth first: of the operations that were called before the first
 * return that is left, one is linearized next.
 *
 * Left out is what a linearization can do without. Take, of the configurations that were entered and
 * still have a way to the end, those with the shortest way, and of these one that spent the fewest
 * operations of unknown outcome. The way's first step was not taken, or there is a shorter one; so it was
 * left out, for one of these reasons, and none of them can be:
 *  - the memo covers where it leads: then what covers it was entered and has a shorter way;
 *  - another one of its class is open and returns earlier (or, of unknown outcome, was called earlier):
 *    let the two change places in the way;
 *  - it is of unknown outcome and changes nothing: without it the way is shorter;
 *  - the step before was one of unknown outcome, and without that this one leads to the same state:
 *    then the configuration before it has a way as short, and spent less.
 * So if any configuration has a way to the end, the search finds one.
 */
import type { Budget } from '../budget.ts';
import { NOTHING_SPENT, SpentTable } from '../jit/spent.ts';
import type { Layout } from './layout.ts';
import { Memo } from './memo.ts';
import { NO_STATE, type Steps } from './steps.ts';

/**
 * In this order the next one is looked for: what leaves the state as it is, the one that has to return
 * next, the others, and at last what never has to happen. Any order would do; this one commits to least.
 */
const SAME = 0;
const DUE = 1;
const OTHER = 2;
const LOST = 3;

/** Each frame: what was linearized, its phase, and k, state and spent before. */
const FRAME = 5;

export class Search<S, I, O> {
  readonly #layout: Layout;
  readonly #steps: Steps<S, I, O>;
  readonly #budget: Budget;
  readonly #spentTable: SpentTable;
  readonly #memo: Memo;
  /** The known operations that are not linearized, in order of their calls: a ring, closed by `count`. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #isDone: Uint8Array;
  /** By lane: those that are linearized and return later than the k-th return. */
  readonly #done: Int32Array;
  /** The place in `returns` of the first return that is left. */
  #k = 0;
  #state: number;
  #spent = NOTHING_SPENT;
  /** Where to look for the next step. */
  #phase = SAME;
  #at: number;
  #frames = new Int32Array(FRAME << 8);
  #depth = 0;
  /** The way that got furthest, of those that ended, and how many steps the present way shares with it. */
  #furthest = -1;
  #longest: number[] = [];
  #shared = 0;
  /** By class of unknown outcome: how often it was linearized. */
  readonly #tries: Float64Array;

  constructor(layout: Layout, steps: Steps<S, I, O>, budget: Budget) {
    const { count, lanes } = layout;
    this.#layout = layout;
    this.#steps = steps;
    this.#budget = budget;
    this.#spentTable = new SpentTable(layout.lost.length);
    this.#done = new Int32Array(Math.ceil(lanes / 32));
    this.#memo = new Memo(this.#done.length, this.#spentTable);
    this.#next = Int32Array.from({ length: count + 1 }, (_, i) => (i === count ? 0 : i + 1));
    this.#previous = Int32Array.from({ length: count + 1 }, (_, i) => (i === 0 ? count : i - 1));
    this.#isDone = new Uint8Array(count);
    this.#state = steps.initial;
    this.#at = this.#next[count]!;
    this.#tries = new Float64Array(layout.lost.length);
  }

  /** Completions that some configuration explained, in order of time. */
  get explained(): number {
    return Math.max(this.#furthest, this.#k);
  }

  /** Ids on the way there; after success, the linearization. */
  get longest(): number[] {
    return this.#k > this.#furthest ? this.#idsOf(this.#choices()) : this.#idsOf(this.#longest);
  }

  /** By id of an operation of unknown outcome, the first of its class: how often one of them was linearized. */
  get tries(): ReadonlyMap<number, number> {
    const tried = [...this.#layout.lost.keys()].filter((i) => this.#tries[i]! > 0);
    return new Map(tried.map((i) => [this.#layout.lost[i]!.ids[0]!, this.#tries[i]!]));
  }

  get bytes(): number {
    const links = this.#next.byteLength * 2;
    return this.#memo.bytes + this.#spentTable.bytes + this.#steps.bytes + this.#frames.byteLength + links;
  }

  /** Is there a linearization? Throws `OutOfBudget`. */
  run(): boolean {
    while (this.#k < this.#layout.count) {
      if (!this.#linearizeNext() && !this.#back()) return false;
    }
    return true;
  }

  /** Linearizes the next one that may come here. False when there is none left. */
  #linearizeNext(): boolean {
    const { called, returns, lost, count } = this.#layout;
    const due = returns[this.#k]!;
    const end = called[this.#k]!;
    for (; this.#phase < LOST; this.#phase++) {
      if (this.#phase === DUE) {
        if (this.#takeKnown(due, due)) return true;
      } else {
        for (; this.#at < end; this.#at = this.#next[this.#at]!)
          if (this.#takeKnown(this.#at, due)) return true;
      }
      this.#at = this.#phase === OTHER ? 0 : this.#next[count]!;
    }
    for (; this.#at < lost.length && lost[this.#at]!.since[0]! <= this.#k; this.#at++)
      if (this.#takeLost(this.#at)) return true;
    return false;
  }

  /** Linearizes this one if it is its turn and it leads to something new. */
  #takeKnown(operation: number, due: number): boolean {
    this.#budget.tick();
    const of = this.#layout.classOf[operation]!;
    const result = this.#steps.result(this.#state, of);
    if (result === NO_STATE) return false;
    const phase = result === this.#state ? SAME : operation === due ? DUE : OTHER;
    if (phase !== this.#phase || this.#hasRival(operation) || this.#isWasted(of, result)) return false;
    this.#push(operation);
    this.#state = result;
    this.#lift(operation);
    return this.#isNew();
  }

  #takeLost(index: number): boolean {
    this.#budget.tick();
    const { of, since } = this.#layout.lost[index]!;
    const result = this.#steps.result(this.#state, of);
    if (result === NO_STATE || result === this.#state || this.#isWasted(of, result)) return false;
    const next = this.#spentTable.count(this.#spent, index);
    if (next === since.length || since[next]! > this.#k) return false;
    this.#tries[index]!++;
    this.#push(~index);
    this.#state = result;
    this.#spent = this.#spentTable.spend(this.#spent, index);
    return this.#isNew();
  }

  /** Does another one, that can stand in for this one, return earlier? */
  #hasRival(operation: number): boolean {
    for (const rival of this.#layout.rivals[operation]!)
      if (this.#isDone[rival] === 0 && rival < this.#layout.called[this.#k]!) return true;
    return false;
  }

  /** Was the step before one that never has to happen, and leads this one there without it as well? */
  #isWasted(of: number, result: number): boolean {
    const top = (this.#depth - 1) * FRAME;
    if (top < 0 || this.#frames[top]! >= 0) return false;
    return this.#steps.result(this.#frames[top + 3]!, of) === result;
  }

  /** If not, goes back to where it came from. */
  #isNew(): boolean {
    if (!this.#memo.covers(this.#k, this.#state, this.#spent, this.#done)) {
      this.#phase = SAME;
      this.#at = this.#next[this.#layout.count]!;
      if ((this.#memo.count & 1023) === 0) this.#budget.hold(this.bytes);
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
    this.#frames[frame + 1] = this.#phase;
    this.#frames[frame + 2] = this.#k;
    this.#frames[frame + 3] = this.#state;
    this.#frames[frame + 4] = this.#spent;
  }

  /** Undoes the last step. */
  #pop(): number {
    const frame = --this.#depth * FRAME;
    const choice = this.#frames[frame]!;
    this.#phase = this.#frames[frame + 1]!;
    if (choice >= 0) this.#unlift(choice, this.#frames[frame + 2]!);
    this.#state = this.#frames[frame + 3]!;
    this.#spent = this.#frames[frame + 4]!;
    return choice;
  }

  /** To the last step that may have an alternative. False when there is none. */
  #back(): boolean {
    if (this.#k > this.#furthest) {
      this.#furthest = this.#k;
      this.#longest.length = this.#shared;
      for (let i = this.#shared; i < this.#depth; i++) this.#longest.push(this.#frames[i * FRAME]!);
      this.#shared = this.#depth;
    }
    if (this.#depth === 0) return false;
    this.#shared = Math.min(this.#shared, this.#depth - 1);
    const choice = this.#pop();
    this.#at = choice < 0 ? ~choice + 1 : this.#next[choice]!;
    if (this.#phase === DUE) this.#skipDue();
    return true;
  }

  #skipDue(): void {
    this.#phase = OTHER;
    this.#at = this.#next[this.#layout.count]!;
  }

  #lift(operation: number): void {
    const { returns, laneOf, count } = this.#layout;
    this.#next[this.#previous[operation]!] = this.#next[operation]!;
    this.#previous[this.#next[operation]!] = this.#previous[operation]!;
    this.#isDone[operation] = 1;
    if (returns[this.#k] !== operation) {
      this.#flip(laneOf[operation]!);
      return;
    }
    for (this.#k++; this.#k < count && this.#isDone[returns[this.#k]!] === 1; this.#k++)
      this.#flip(laneOf[returns[this.#k]!]!);
  }

  /** Back to the k-th return. */
  #unlift(operation: number, k: number): void {
    const { returns, laneOf } = this.#layout;
    if (this.#k === k) this.#flip(laneOf[operation]!);
    else while (--this.#k > k) this.#flip(laneOf[returns[this.#k]!]!);
    this.#isDone[operation] = 0;
    this.#previous[this.#next[operation]!] = operation;
    this.#next[this.#previous[operation]!] = operation;
  }

  #flip(lane: number): void {
    this.#done[lane >> 5]! ^= 1 << (lane & 31);
  }

  #choices(): number[] {
    return Array.from({ length: this.#depth }, (_, i) => this.#frames[i * FRAME]!);
  }

  #idsOf(choices: readonly number[]): number[] {
    const { ids, lost } = this.#layout;
    const used = new Int32Array(lost.length);
    return choices.map((choice) => {
      if (choice >= 0) return ids[choice]!;
      return lost[~choice]!.ids[used[~choice]!++]!;
    });
  }
}
