/**
 * From the search's choices to a linearization: the way is walked once more, this time with a list in
 * which each operation gets its place.
 *
 * An operation that counted as done is put where it came to count so: right behind what led to a state
 * that it does not change, or right before the write that hides it.
 */
import { NO_STATE } from './classes.ts';
import { ATTEMPT, NOOP, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import type { Problem } from './compile.ts';
import { LANE, PASS, TAKE } from './position.ts';
import type { Choices } from './search.ts';
import { has, lowest } from './lanes.ts';

export interface Way {
  /** Operations by position, in the order of their linearization. */
  readonly order: Int32Array;
  /** The state that they lead to. */
  readonly state: number;
}

/** As far as the choices lead. */
export function linearize(problem: Problem, choices: Choices): Way {
  return new Walk(problem).follow(choices);
}

const NONE = -1;
/** The place before all operations; that of an operation is its number + 1. */
const HEAD = 0;

class Walk {
  readonly #problem: Problem;
  #state: number;
  /** By place: the list. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  #tail = HEAD;
  #placed = 0;
  /** Lanes of known operations that are called and not linearized for certain. */
  readonly #open: Int32Array;
  readonly #byLane: Int32Array;
  /** By lane: the place behind which an open operation may have run, or before which, or NONE. */
  readonly #behind: Int32Array;
  readonly #before: Int32Array;
  /** By class: the last one of unknown outcome that was called and not used; by operation: the one before. */
  readonly #unused: Int32Array;
  readonly #unusedBefore: Int32Array;

  constructor(problem: Problem) {
    const { lanes, classOf, classes, initial } = problem;
    this.#problem = problem;
    this.#state = initial;
    this.#next = new Int32Array(classOf.length + 1).fill(NONE);
    this.#previous = new Int32Array(classOf.length + 1).fill(NONE);
    this.#open = new Int32Array(Math.ceil(lanes / 32));
    this.#byLane = new Int32Array(lanes).fill(NONE);
    this.#behind = new Int32Array(lanes).fill(NONE);
    this.#before = new Int32Array(lanes).fill(NONE);
    this.#unused = new Int32Array(classes.size).fill(NONE);
    this.#unusedBefore = new Int32Array(classOf.length).fill(NONE);
  }

  follow(choices: Choices): Way {
    const { events, laneOf } = this.#problem;
    let made = 0;
    for (let e = 0; e < events.length; e++) {
      const operation = events[e]! >> 1;
      if ((events[e]! & 1) === 0) this.#call(operation);
      else {
        const lane = laneOf[operation]!;
        while (this.#isOpen(lane) && made < choices.length) this.#make(choices[made++]!, operation);
        if (this.#isOpen(lane)) break;
      }
    }
    const order = new Int32Array(this.#placed);
    let place = this.#next[HEAD]!;
    for (let i = 0; i < order.length; i++, place = this.#next[place]!) order[i] = place - 1;
    return { order, state: this.#state };
  }

  #isOpen(lane: number): boolean {
    return has(this.#open, lane);
  }

  #call(operation: number): void {
    const { laneOf, classOf } = this.#problem;
    const lane = laneOf[operation]!;
    if (lane < 0) {
      const of = classOf[operation]!;
      this.#unusedBefore[operation] = this.#unused[of]!;
      this.#unused[of] = operation;
      return;
    }
    this.#byLane[lane] = operation;
    this.#open[lane >> 5]! |= 1 << (lane & 31);
    this.#settle(lane);
  }

  #make(choice: number, deadline: number): void {
    const { classOf, laneOf, lanes } = this.#problem;
    const lane = laneOf[deadline]!;
    if (choice === PASS) {
      this.#insert(
        deadline,
        this.#behind[lane]! >= 0 ? this.#behind[lane]! : this.#previous[this.#before[lane]!]!,
      );
      this.#close(lane);
    } else if (choice === TAKE) {
      this.#close(lane);
      this.#linearize(deadline, classOf[deadline]!, NONE);
    } else {
      this.#forget(lane);
      if (choice < LANE + lanes) {
        const other = choice - LANE;
        this.#close(other);
        this.#linearize(this.#byLane[other]!, classOf[this.#byLane[other]!]!, lane);
      } else {
        const of = choice - LANE - lanes;
        const operation = this.#unused[of]!;
        this.#unused[of] = this.#unusedBefore[operation]!;
        this.#linearize(operation, of, lane);
      }
    }
  }

  #linearize(operation: number, of: number, deadlineLane: number): void {
    const { classes, classOf } = this.#problem;
    this.#insert(operation, this.#tail);
    this.#state = classes.result(this.#state, of);
    const hides = classes.kind[of] === WRITE;
    for (let w = 0; w < this.#open.length; w++) {
      for (let left = this.#open[w]!; left !== 0; left &= left - 1) {
        const lane = lowest(w, left);
        if (hides && lane !== deadlineLane && !this.#mayHaveRun(lane)) {
          if (isTotal(classes.kind[classOf[this.#byLane[lane]!]!]!)) this.#before[lane] = operation + 1;
        }
        this.#settle(lane);
      }
    }
  }

  /** What the present state means to an open operation. */
  #settle(lane: number): void {
    const { classes, classOf } = this.#problem;
    const operation = this.#byLane[lane]!;
    const of = classOf[operation]!;
    const result = classes.peek(this.#state, of);
    if (isPure(classes.kind[of]!)) {
      if (result === NO_STATE) return;
      this.#insert(operation, this.#tail);
      this.#close(lane);
    } else if (result === this.#state && !this.#mayHaveRun(lane)) this.#behind[lane] = this.#tail;
  }

  #mayHaveRun(lane: number): boolean {
    return this.#behind[lane]! >= 0 || this.#before[lane]! >= 0;
  }

  #forget(lane: number): void {
    this.#behind[lane] = NONE;
    this.#before[lane] = NONE;
  }

  #close(lane: number): void {
    this.#open[lane >> 5]! &= ~(1 << (lane & 31));
    this.#forget(lane);
  }

  #insert(operation: number, behind: number): void {
    const place = operation + 1;
    const next = this.#next[behind]!;
    this.#previous[place] = behind;
    this.#next[place] = next;
    this.#next[behind] = place;
    if (next === NONE) this.#tail = place;
    else this.#previous[next] = place;
    this.#placed++;
  }
}

function isPure(kind: number): boolean {
  return kind === NOOP || kind === READ || kind === REJECT || kind === PURE;
}

function isTotal(kind: number): boolean {
  return kind === WRITE || kind === ATTEMPT || kind === UPDATE;
}
