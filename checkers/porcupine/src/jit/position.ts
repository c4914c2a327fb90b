/**
 * Where the search stands: an event, and a configuration just before it.
 *
 * A configuration is a state, what is linearized of the open known operations (`done`), what may count
 * as linearized or not as one likes (`either`), and what is spent of the unknown ones. It stands for
 * all concrete configurations that one gets by deciding about `either`, and moves so that this stays
 * exact:
 *
 *  - An operation that changes nothing in the present state may have run here, or not: `either`.
 *  - A write hides whatever ran just before it. So when one is linearized, every open operation that is
 *    legal in any state may have run before it, or not: `either`.
 *
 *        w(1) |------------|
 *        w(2)    |------|         after w(2) the state is 2, and w(1) may be done or still come
 *
 *  - An operation that never changes anything is linearized as soon as it is legal: whoever does it
 *    later could have done it here, with the same states. So it is simply `done`.
 */
import { NO_STATE } from './classes.ts';
import { ATTEMPT, CAS, OPAQUE, UPDATE, WRITE } from '../kinds.ts';
import type { Problem } from './compile.ts';
import { NOTHING_SPENT, SpentTable } from './spent.ts';
import { lowest } from './lanes.ts';

/** The deadline's operation counts as linearized before. */
export const PASS = 0;
/** The deadline's operation is linearized now. */
export const TAKE = 1;
/** LANE + lane: another open operation is linearized first; LANE + lanes + class: an unknown one is. */
export const LANE = 2;

export class Position {
  event = 0;
  state: number;
  spent = NOTHING_SPENT;
  readonly words: number;
  readonly done: Int32Array;
  readonly either: Int32Array;
  /** Lanes of open operations that never change anything, that are legal everywhere, and of the others. */
  readonly pure: Int32Array;
  readonly total: Int32Array;
  readonly partial: Int32Array;
  /** By lane: the open operation. */
  readonly occupant: Int32Array;
  /** By class: how many of unknown outcome were called, and of those, how many are spent, as `spent` says. */
  readonly called: Int32Array;
  readonly used: Int32Array;
  readonly spentTable = new SpentTable();
  readonly problem: Problem;

  constructor(problem: Problem) {
    this.problem = problem;
    this.state = problem.initial;
    this.words = Math.ceil(problem.lanes / 32);
    this.done = new Int32Array(this.words);
    this.either = new Int32Array(this.words);
    this.pure = new Int32Array(this.words);
    this.total = new Int32Array(this.words);
    this.partial = new Int32Array(this.words);
    this.occupant = new Int32Array(problem.lanes).fill(-1);
    this.called = new Int32Array(problem.classes.size);
    this.used = new Int32Array(problem.classes.size);
  }

  /** The operation whose deadline is at this event. */
  get deadline(): number {
    return this.problem.events[this.event]! >> 1;
  }

  /** Goes on to the next return of an operation that is not linearized. False at the end of the history. */
  advance(): boolean {
    const { events, classOf, laneOf } = this.problem;
    for (; this.event < events.length; this.event++) {
      const event = events[this.event]!;
      const operation = event >> 1;
      const lane = laneOf[operation]!;
      if ((event & 1) === 0) {
        if (lane < 0) this.called[classOf[operation]!]!++;
        else this.#call(operation, lane);
      } else {
        if ((this.done[lane >> 5]! & (1 << (lane & 31))) === 0) return true;
        this.#vacate(lane);
      }
    }
    return false;
  }

  apply(choice: number): void {
    const { classOf, laneOf, lanes } = this.problem;
    const operation = this.deadline;
    const lane = laneOf[operation]!;
    if (choice === PASS || choice === TAKE) {
      this.#vacate(lane);
      this.event++;
      if (choice === TAKE) this.#linearize(classOf[operation]!, -1);
      return;
    }
    // What comes before the deadline's operation says that this one is not linearized yet; and it will
    // be the last of this batch, as whatever comes after it can wait.
    const word = lane >> 5;
    this.either[word] = this.either[word]! & ~(1 << (lane & 31));
    if (choice < LANE + lanes) {
      const other = choice - LANE;
      this.done[other >> 5]! |= 1 << (other & 31);
      this.either[other >> 5]! &= ~(1 << (other & 31));
      this.#linearize(classOf[this.occupant[other]!]!, lane);
    } else {
      const of = choice - LANE - lanes;
      this.spent = this.spentTable.spend(this.spent, of);
      this.used[of]!++;
      this.#linearize(of, lane);
    }
  }

  /** The state that the choice leads to, or NO_STATE, or NAMELESS. */
  resultOf(choice: number): number {
    const { classes, classOf, lanes } = this.problem;
    if (choice === PASS) return this.state;
    if (choice === TAKE) return classes.peek(this.state, classOf[this.deadline]!);
    if (choice < LANE + lanes) return classes.peek(this.state, classOf[this.occupant[choice - LANE]!]!);
    return classes.peek(this.state, choice - LANE - lanes);
  }

  /** What the choice has spent is there again; all else of the configuration is up to the caller. */
  takeBack(choice: number): void {
    const of = choice - LANE - this.problem.lanes;
    if (of >= 0) this.used[of]!--;
  }

  /** Back to an earlier event; the configuration there is up to the caller. */
  rewind(event: number): void {
    const { events, classOf, laneOf } = this.problem;
    while (this.event > event) {
      const undone = events[--this.event]!;
      const operation = undone >> 1;
      const lane = laneOf[operation]!;
      if ((undone & 1) === 1) this.#occupy(operation, lane);
      else if (lane < 0) this.called[classOf[operation]!]!--;
      else this.#vacate(lane);
    }
  }

  #call(operation: number, lane: number): void {
    this.#occupy(operation, lane);
    const word = lane >> 5;
    const bit = 1 << (lane & 31);
    const { classes, classOf } = this.problem;
    const result = classes.peek(this.state, classOf[operation]!);
    if ((this.pure[word]! & bit) !== 0) {
      if (result !== NO_STATE) this.done[word]! |= bit;
    } else if (result === this.state) this.either[word]! |= bit;
  }

  #linearize(of: number, deadlineLane: number): void {
    const { classes } = this.problem;
    this.state = classes.result(this.state, of);
    if (classes.kind[of] === WRITE) this.#hide(deadlineLane);
    for (let w = 0; w < this.words; w++) {
      for (let left = this.pure[w]! & ~this.done[w]!; left !== 0; left &= left - 1) {
        if (this.#here(w, left) !== NO_STATE) this.done[w]! |= left & -left;
      }
      const open = (this.total[w]! | this.partial[w]!) & ~this.done[w]! & ~this.either[w]!;
      for (let left = open; left !== 0; left &= left - 1) {
        if (this.#here(w, left) === this.state) this.either[w]! |= left & -left;
      }
    }
  }

  /** What the operation of the lowest of these lanes leads to. */
  #here(word: number, lanes: number): number {
    const lane = lowest(word, lanes);
    const { classes, classOf } = this.problem;
    return classes.peek(this.state, classOf[this.occupant[lane]!]!);
  }

  #hide(deadlineLane: number): void {
    for (let w = 0; w < this.words; w++)
      this.either[w]! |= this.total[w]! & ~this.done[w]! & ~bitOf(w, deadlineLane);
  }

  #occupy(operation: number, lane: number): void {
    this.occupant[lane] = operation;
    this.#lanesOf(operation)[lane >> 5]! |= 1 << (lane & 31);
  }

  #vacate(lane: number): void {
    const word = lane >> 5;
    const others = ~(1 << (lane & 31));
    this.#lanesOf(this.occupant[lane]!)[word]! &= others;
    this.done[word]! &= others;
    this.either[word]! &= others;
  }

  #lanesOf(operation: number): Int32Array {
    switch (this.problem.classes.kind[this.problem.classOf[operation]!]) {
      case WRITE:
      case ATTEMPT:
      case UPDATE:
        return this.total;
      case CAS:
      case OPAQUE:
        return this.partial;
      default:
        return this.pure;
    }
  }
}

function bitOf(word: number, lane: number): number {
  return lane >> 5 === word ? 1 << (lane & 31) : 0;
}
