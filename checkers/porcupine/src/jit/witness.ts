/**
 * From the search's choices to a linearization: the way is walked once more, this time with a list in
 * which each operation gets its place.
 *
 * An operation that counted as done is put where it came to count so: right behind what led to a state
 * that it does not change, or right before the write that hides it.
 */
import { ATTEMPT, NOOP, NO_STATE, PURE, READ, REJECT, UPDATE, WRITE } from './classes.ts';
import type { Problem } from './compile.ts';
import { LANE, PASS, TAKE } from './position.ts';
import type { Choices } from './search.ts';

export interface Way {
  /** Operations by position, in the order of their linearization. */
  readonly order: readonly number[];
  /** The state that they lead to. */
  readonly state: number;
}

/** As far as the choices lead. */
export function linearize(problem: Problem, choices: Choices): Way {
  return new Walk(problem).follow(choices);
}

interface Place {
  readonly operation: number;
  previous: Place | undefined;
  next: Place | undefined;
}

type Slot = { readonly behind: Place } | { readonly before: Place };

class Walk {
  readonly #problem: Problem;
  #state: number;
  readonly #head: Place = { operation: -1, previous: undefined, next: undefined };
  #tail = this.#head;
  /** Open known operations that are not linearized for certain, and where those belong that may be. */
  readonly #open = new Set<number>();
  readonly #either = new Map<number, Slot>();
  readonly #byLane: number[] = [];
  /** By class: those of unknown outcome that were called and not used. */
  readonly #unused = new Map<number, number[]>();

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#state = problem.initial;
  }

  follow(choices: Choices): Way {
    let made = 0;
    for (const event of this.#problem.events) {
      const operation = event >> 1;
      if ((event & 1) === 0) this.#call(operation);
      else {
        while (this.#open.has(operation) && made < choices.length) this.#make(choices[made++]!, operation);
        if (this.#open.has(operation)) break;
      }
    }
    const order: number[] = [];
    for (let place = this.#head.next; place; place = place.next) order.push(place.operation);
    return { order, state: this.#state };
  }

  #call(operation: number): void {
    const lane = this.#problem.laneOf[operation]!;
    if (lane < 0) {
      const of = this.#problem.classOf[operation]!;
      const unused = this.#unused.get(of);
      if (unused) unused.push(operation);
      else this.#unused.set(of, [operation]);
      return;
    }
    this.#byLane[lane] = operation;
    this.#open.add(operation);
    this.#settle(operation);
  }

  #make(choice: number, deadline: number): void {
    const { classOf, lanes } = this.#problem;
    if (choice === PASS) {
      const slot = this.#either.get(deadline)!;
      if ('behind' in slot) this.#insert(deadline, slot.behind);
      else this.#insert(deadline, slot.before.previous!);
      this.#close(deadline);
    } else if (choice === TAKE) {
      this.#close(deadline);
      this.#linearize(deadline, classOf[deadline]!, -1);
    } else {
      this.#either.delete(deadline);
      if (choice < LANE + lanes) {
        const other = this.#byLane[choice - LANE]!;
        this.#close(other);
        this.#linearize(other, classOf[other]!, deadline);
      } else {
        const of = choice - LANE - lanes;
        this.#linearize(this.#unused.get(of)!.pop()!, of, deadline);
      }
    }
  }

  #linearize(operation: number, of: number, deadline: number): void {
    const { classes, classOf } = this.#problem;
    const place = this.#insert(operation, this.#tail);
    this.#state = classes.result(this.#state, of);
    if (classes.kind[of] === WRITE) {
      for (const open of this.#open) {
        const total = isTotal(classes.kind[classOf[open]!]!);
        if (total && open !== deadline && !this.#either.has(open)) this.#either.set(open, { before: place });
      }
    }
    for (const open of this.#open) this.#settle(open);
  }

  /** What the present state means to an open operation. */
  #settle(operation: number): void {
    const { classes, classOf } = this.#problem;
    const of = classOf[operation]!;
    const result = classes.peek(this.#state, of);
    if (isPure(classes.kind[of]!)) {
      if (result === NO_STATE) return;
      this.#insert(operation, this.#tail);
      this.#open.delete(operation);
    } else if (result === this.#state && !this.#either.has(operation)) {
      this.#either.set(operation, { behind: this.#tail });
    }
  }

  #close(operation: number): void {
    this.#open.delete(operation);
    this.#either.delete(operation);
  }

  #insert(operation: number, behind: Place): Place {
    const place: Place = { operation, previous: behind, next: behind.next };
    if (behind.next) behind.next.previous = place;
    else this.#tail = place;
    behind.next = place;
    return place;
  }
}

function isPure(kind: number): boolean {
  return kind === NOOP || kind === READ || kind === REJECT || kind === PURE;
}

function isTotal(kind: number): boolean {
  return kind === WRITE || kind === ATTEMPT || kind === UPDATE;
}
