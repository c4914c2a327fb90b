/**
 * What an algorithm is: given one partition, it decides it, or says why it can't. `check.ts` chooses
 * one, verifies its witness, and turns its answer into a verdict.
 */
import type { Budget } from './budget.ts';
import type { Given, Model } from './model.ts';
import type { Columns } from './rows.ts';
import type { History, Undecided } from './zones/history.ts';

export type Answer =
  /** Ids in the order of a linearization; with `course`, the same by position, which is verified sooner. */
  | { readonly kind: 'valid'; readonly witness: readonly number[]; readonly course?: Course }
  /** `suspects`: ids of a few operations that are likely to be enough to show it. */
  | { readonly kind: 'invalid'; readonly suspects?: readonly number[] }
  /** It does not apply here, or could not decide: another algorithm has to. */
  | Undecided;

/** A linearization of rows that were read before, by position. */
export interface Course {
  readonly order: Int32Array;
  readonly columns: Columns;
  /** The state that the first finds. */
  readonly initial: number;
}

export interface Algorithm {
  /** Throws `OutOfBudget`. */
  run(): Answer;
  /** How far it got, after `run` has ended, in whatever way. */
  progress(): Progress;
}

export interface Progress {
  /** Completions, in order of time, that are explained. */
  readonly explained: number;
  /** Is the next one not? Else nobody looked. */
  readonly isMost?: boolean;
  /** Ids of a few operations that show that it is not, where that is certain. */
  readonly suspects?: readonly number[];
  /** Ids of a linearization of the history up to there. */
  readonly longest: readonly number[];
  /** By id of an operation of unknown outcome: how often it, or one that does the same, was tried. */
  readonly tries?: ReadonlyMap<number, number>;
}

/**
 * `given` may first have to bring its operations together, so they are asked for where they are needed.
 * `read` gives them in numbers, where they were read together with others.
 */
export type MakeAlgorithm = <S, I, O>(
  model: Model<S, I, O>,
  given: Given<I, O>,
  budget: Budget,
  read?: () => Read<S, I, O>,
) => Algorithm;

export type Read<S, I, O> = History<S, I, O> | Undecided;
