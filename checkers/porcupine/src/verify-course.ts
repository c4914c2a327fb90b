/**
 * Checks linearizations of partitions that come with the states on their way, operation by operation in
 * the order in which they lie in memory: each step by itself leads from the state that it is said to find
 * to the one that the next is said to find.
 *
 *     order  write 1   read → 1   write 2
 *     finds     a         b          b        the model: a is the first state, write 1 leads from a to b, …
 *
 * That is as good as taking the steps one after the other: a number stands for the same state wherever it
 * occurs, and the model is asked about the state itself. Nothing else of the search is believed.
 */
import type { Course } from './algorithm.ts';
import { ILLEGAL, type Model, type Operation } from './model.ts';
import type { Scratch } from './scratch.ts';
import { inMemoryOrder, type Part, type Split } from './split.ts';
import { illegal, missing, occursTwice, tooLate } from './verify.ts';

/** That an operation takes while it is verified. */
export const STEP_BYTES = 8;

/** When an operation was called and returned, by its number in a `Split`. */
export interface Times {
  call(number: number): number;
  return(number: number): number;
}

/** By partition why its course is wrong; undefined where it is right, or there is none. */
export function verifyCourses<S, I, O>(
  model: Model<S, I, O>,
  history: Split<I, O>,
  courses: readonly (Course<S> | undefined)[],
  times: Times,
  scratch: Scratch,
): readonly (string | undefined)[] {
  const verifier = new Verifier(model, history, courses, times, scratch);
  inMemoryOrder(history, (operation, number, partition) => verifier.look(operation, number, partition));
  return verifier.finish(history);
}

/** No state: that an operation is in no place, or none after it. */
const NONE = -1;

class Verifier<S, I, O> {
  readonly #model: Model<S, I, O>;
  readonly #courses: readonly (Course<S> | undefined)[];
  readonly #times: Times;
  readonly #equal: (a: S, b: S) => boolean;
  /** By number of an operation: the state that it finds, and the one that the next in the course finds. */
  readonly #states: Int32Array;
  /** By partition. */
  readonly #wrong: (string | undefined)[];

  constructor(
    model: Model<S, I, O>,
    { partitions, operations }: Split<I, O>,
    courses: readonly (Course<S> | undefined)[],
    times: Times,
    scratch: Scratch,
  ) {
    this.#model = model;
    this.#courses = courses;
    this.#times = times;
    this.#equal = model.equal?.bind(model) ?? Object.is;
    this.#states = scratch.int32(2 * operations.length, NONE);
    this.#wrong = partitions.map((partition, i) => {
      const course = courses[i];
      return course && this.#follow(course, partition);
    });
  }

  /** Once every operation was looked at. */
  finish({ partitions }: Split<I, O>): readonly (string | undefined)[] {
    return partitions.map((partition, i) => {
      const course = this.#courses[i];
      return this.#wrong[i] ?? (course && this.#inTime(course, partition));
    });
  }

  /** At each operation once. A model that throws does not know the step. */
  look(operation: Operation<I, O>, number: number, partition: number): void {
    const course = this.#courses[partition];
    if (course === undefined || this.#wrong[partition] !== undefined) return;
    try {
      this.#wrong[partition] = this.#look(operation, number, course);
    } catch (error) {
      this.#wrong[partition] = String(error);
    }
  }

  /** What comes after each operation, and whether it begins at the beginning. */
  #follow({ order, before, states }: Course<S>, partition: Part<I, O>): string | undefined {
    const { first, length } = partition;
    let last = NONE;
    for (let i = 0; i < order.length; i++) {
      const operation = order[i]!;
      const at = 2 * (first + operation);
      if (!(operation >= 0 && operation < length) || this.#states[at] !== NONE)
        return occursTwice(partition.operations[operation]?.id ?? operation);
      const state = before[operation]!;
      if (!(state >= 0) || (last === NONE && !this.#equal(states.get(state), this.#model.init())))
        return illegal(partition.operations[operation]!.id);
      this.#states[at] = state;
      if (last !== NONE) this.#states[last + 1] = state;
      last = at;
    }
    return undefined;
  }

  /** Does each come before those that were called after it returned? */
  #inTime({ order }: Course<S>, partition: Part<I, O>): string | undefined {
    let firstReturn = Infinity;
    for (let i = order.length - 1; i >= 0; i--) {
      const number = partition.first + order[i]!;
      // Everything seen so far comes later in the linearization.
      if (firstReturn < this.#times.call(number)) return tooLate(partition.operations[order[i]!]!.id);
      firstReturn = Math.min(firstReturn, this.#times.return(number));
    }
    return undefined;
  }

  #look(
    { id, input, output, call, return: end }: Operation<I, O>,
    number: number,
    { states }: Course<S>,
  ): string | undefined {
    if (call !== this.#times.call(number) || end !== this.#times.return(number))
      return `operation ${id} has other times`;
    const found = this.#states[2 * number]!;
    if (found === NONE) return end === Infinity ? undefined : missing(id);
    const state = states.get(found);
    const next = this.#model.step(state, input, output);
    if (next === ILLEGAL) return illegal(id);
    const after = this.#states[2 * number + 1]!;
    // Most only look.
    if (after === NONE || (after === found && next === state)) return undefined;
    return this.#equal(next, states.get(after)) ? undefined : illegal(id);
  }
}
