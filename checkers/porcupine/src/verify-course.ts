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
import { sideBySide } from './side-by-side.ts';
import { illegal, missing, occursTwice, tooLate } from './verify.ts';

export interface Claim<S, I, O> {
  readonly operations: readonly Operation<I, O>[];
  readonly course: Course<S>;
}

/** For each claim why it is wrong, or undefined if it is right. */
export function verifyCourses<S, I, O>(
  model: Model<S, I, O>,
  claims: readonly Claim<S, I, O>[],
): readonly (string | undefined)[] {
  const verifiers = claims.map((claim) => new Verifier(model, claim));
  sideBySide(
    claims.map(({ operations }) => operations.length),
    (claim, first, end) => verifiers[claim]!.look(first, end),
  );
  return verifiers.map((verifier) => verifier.wrong());
}

/** That none comes after an operation. */
const NONE = -1;

class Verifier<S, I, O> {
  readonly #model: Model<S, I, O>;
  readonly #operations: readonly Operation<I, O>[];
  readonly #course: Course<S>;
  readonly #equal: (a: S, b: S) => boolean;
  /** By position of an operation in a place. */
  readonly #isPlaced: Uint8Array;
  readonly #after: Int32Array;
  #wrong: string | undefined;

  constructor(model: Model<S, I, O>, { operations, course }: Claim<S, I, O>) {
    this.#model = model;
    this.#operations = operations;
    this.#course = course;
    this.#equal = model.equal?.bind(model) ?? Object.is;
    this.#isPlaced = new Uint8Array(operations.length);
    this.#after = new Int32Array(operations.length).fill(NONE);
    this.#wrong = this.#follow(course);
  }

  /** Operations from one position up to another; each once. A model that throws does not know the step. */
  look(first: number, end: number): void {
    try {
      for (let i = first; i < end && this.#wrong === undefined; i++) this.#look(i);
    } catch (error) {
      this.#wrong = String(error);
    }
  }

  /** Once every operation was looked at. */
  wrong(): string | undefined {
    if (this.#wrong !== undefined) return this.#wrong;
    const { order, call, return: end } = this.#course;
    let firstReturn = Infinity;
    for (let i = order.length - 1; i >= 0; i--) {
      const operation = order[i]!;
      // Everything seen so far comes later in the linearization.
      if (firstReturn < call[operation]!) return tooLate(this.#operations[operation]!.id);
      if (end[operation]! < firstReturn) firstReturn = end[operation]!;
    }
    return undefined;
  }

  /** What comes after each operation, and whether it begins at the beginning. */
  #follow({ order, before, states }: Course<S>): string | undefined {
    let last = NONE;
    for (let i = 0; i < order.length; i++) {
      const operation = order[i]!;
      if (this.#isPlaced[operation] !== 0) return occursTwice(this.#operations[operation]?.id ?? operation);
      this.#isPlaced[operation] = 1;
      const state = before[operation]!;
      if (!(state >= 0) || (last === NONE && !this.#equal(states.get(state), this.#model.init())))
        return illegal(this.#operations[operation]!.id);
      if (last !== NONE) this.#after[last] = state;
      last = operation;
    }
    return undefined;
  }

  #look(i: number): void {
    const { id, input, output, call, return: end } = this.#operations[i]!;
    if (call !== this.#course.call[i] || end !== this.#course.return[i]) {
      this.#wrong = `operation ${id} has other times`;
      return;
    }
    if (this.#isPlaced[i] === 0) {
      if (end !== Infinity) this.#wrong = missing(id);
      return;
    }
    const { before, states } = this.#course;
    const next = this.#model.step(states.get(before[i]!), input, output);
    const after = this.#after[i]!;
    if (next === ILLEGAL || (after !== NONE && !this.#equal(next, states.get(after))))
      this.#wrong = illegal(id);
  }
}
