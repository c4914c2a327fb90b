/**
 * How elements are stacked upon one another.
 *
 * Consider a stretch of time, as long as can be, at each moment of which some element is certainly inside.
 * Something is at the bottom of the stack all that time, and always the same, as the bottom only changes
 * when the stack is empty. So there has to be an element that can go in when the stretch begins and come
 * out when it ends; and any such element will do: take it out of whatever order there is, let the others
 * begin no earlier and end no later than the stretch, which each of them can, and put it beneath.
 * What is left of the stretch without the bottom is one or several shorter ones, one after another, on
 * which the same is done again.
 *
 * This is the argument of Lee and Mathur for stacks ("Efficient decrease-and-conquer linearizability
 * monitoring", 2025), in O(n log n): a stretch is a range of elements in the order of the times by which
 * they have to be in; elements that can go in when it begins can do so in each part of it, so they are
 * admitted once.
 */
import type { Budget } from '../budget.ts';
import { countBelow } from './ascending.ts';
import { Coverage } from './coverage.ts';
import type { Lifetime } from './lifetime.ts';
import { Tournament } from './tournament.ts';

/** Goes in or out. */
export interface Move {
  readonly lifetime: Lifetime;
  readonly at: number;
  readonly isRemoval: boolean;
}

export type Nesting =
  | { readonly kind: 'moves'; readonly moves: readonly Move[] }
  /** None of these can be below the others all the time that one of them is certainly inside. */
  | { readonly kind: 'bottomless'; readonly stretch: readonly Lifetime[] };

/** `lifetimes` are certainly inside at some time. */
export function nest(lifetimes: readonly Lifetime[], budget: Budget): Nesting {
  return new Stretches(lifetimes, budget).run();
}

/** What is still to be done, the next thing last: a range of elements, or an element that comes out. */
type Task = Move | { readonly from: number; readonly end: number };

class Stretches {
  readonly #budget: Budget;
  /** In the order of the times by which they have to be in. */
  readonly #lifetimes: readonly Lifetime[];
  /** The times at which elements begin or end to be certainly inside. */
  readonly #times: Float64Array;
  readonly #coverage: Coverage;
  /** By how early they can go in, those that are not admitted yet. */
  readonly #early: Tournament;
  /** By how late they can come out, those that are. */
  readonly #late: Tournament;
  /** By element: itself, if it is not placed yet, or one between it and the next that is not. */
  readonly #next: Int32Array;
  readonly #tasks: Task[] = [];
  readonly #moves: Move[] = [];

  constructor(lifetimes: readonly Lifetime[], budget: Budget) {
    this.#budget = budget;
    this.#lifetimes = [...lifetimes].sort((a, b) => a.insertBy - b.insertBy);
    const count = lifetimes.length;
    const times = new Float64Array(2 * count);
    lifetimes.forEach(({ insertBy, removeFrom }, i) => {
      times[2 * i] = insertBy;
      times[2 * i + 1] = removeFrom;
    });
    this.#times = times.sort().filter((time, i, all) => i === 0 || time !== all[i - 1]);
    this.#coverage = new Coverage(this.#times.length);
    this.#early = new Tournament(count);
    this.#late = new Tournament(count);
    this.#next = Int32Array.from({ length: count + 1 }, (_, i) => i);
  }

  run(): Nesting {
    this.#lifetimes.forEach((lifetime, i) => {
      this.#early.set(i, -lifetime.insertFrom);
      this.#cover(lifetime, 1);
    });
    this.#split(0, this.#lifetimes.length);
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) {
      this.#budget.tick();
      if ('lifetime' in task) this.#moves.push(task);
      else if (!this.#place(task.from, task.end)) {
        const stretch = this.#lifetimes.slice(task.from, task.end);
        return { kind: 'bottomless', stretch: stretch.filter((_, i) => this.#isLeft(task.from + i)) };
      }
    }
    return { kind: 'moves', moves: this.#moves };
  }

  /** Puts an element beneath the others of a stretch; is there one? */
  #place(from: number, end: number): boolean {
    const begins = this.#lifetimes[from]!.insertBy;
    const ends = this.#times[this.#coverage.firstFree(this.#pointOf(begins) + 1)]!;
    for (let i = this.#early.best(from, end); i >= 0; i = this.#early.best(from, end)) {
      if (-this.#early.get(i) > begins) break;
      this.#early.set(i, -Infinity);
      this.#late.set(i, this.#lifetimes[i]!.removeBy);
    }
    const bottom = this.#late.best(from, end);
    if (bottom < 0 || this.#late.get(bottom) < ends) return false;
    const lifetime = this.#lifetimes[bottom]!;
    this.#late.set(bottom, -Infinity);
    this.#next[bottom] = bottom + 1;
    this.#cover(lifetime, -1);
    this.#moves.push({ lifetime, at: begins, isRemoval: false });
    this.#tasks.push({ lifetime, at: ends, isRemoval: true });
    this.#split(from, end);
    return true;
  }

  /** What is left of the elements in a range, as stretches. */
  #split(from: number, end: number): void {
    const stretches: Task[] = [];
    for (let first = this.#left(from); first < end;) {
      this.#budget.tick();
      const free = this.#coverage.firstFree(this.#pointOf(this.#lifetimes[first]!.insertBy) + 1);
      const next = this.#firstFrom(this.#times[free]!, end);
      stretches.push({ from: first, end: next });
      first = this.#left(next);
    }
    for (const stretch of stretches.reverse()) this.#tasks.push(stretch);
  }

  #cover({ insertBy, removeFrom }: Lifetime, by: number): void {
    this.#coverage.add(this.#pointOf(insertBy) + 1, this.#pointOf(removeFrom), by);
  }

  #pointOf(time: number): number {
    return countBelow(this.#times, time);
  }

  /** The first element that has to be in by `time` or later. */
  #firstFrom(time: number, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lifetimes[middle]!.insertBy < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isLeft(element: number): boolean {
    return this.#next[element] === element;
  }

  /** The first element from this one on that is not placed yet. */
  #left(element: number): number {
    let last = element;
    while (this.#next[last] !== last) last = this.#next[last]!;
    for (let i = element; i !== last;) {
      const next = this.#next[i]!;
      this.#next[i] = last;
      i = next;
    }
    return last;
  }
}
