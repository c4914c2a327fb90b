/**
 * What an algorithm is: given one partition, it decides it, or says why it can't. `check.ts` chooses
 * one, verifies its witness, and turns its answer into a verdict.
 */
import type { Budget } from './budget.ts';
import type { Model, Operation } from './model.ts';

export type Answer =
  /**
   * Ids in the order of a linearization; with `places`, their positions among the operations, by which it is
   * verified sooner.
   */
  | { readonly kind: 'valid'; readonly witness: readonly number[]; readonly places?: Int32Array }
  /** `suspects`: ids of a few operations that are likely to be enough to show it. */
  | { readonly kind: 'invalid'; readonly suspects?: readonly number[] }
  /** It does not apply here, or could not decide: another algorithm has to. */
  | { readonly kind: 'undecided'; readonly why: string };

export interface Algorithm {
  /** Throws `OutOfBudget`. */
  run(): Answer;
  /** How far it got, after `run` has ended, in whatever way. */
  progress(): Progress;
}

export interface Progress {
  /** Completions, in order of time, that are explained. */
  readonly explained: number;
  /** Ids of a linearization of the history up to there. */
  readonly longest: readonly number[];
  /** By id of an operation of unknown outcome: how often it, or one that does the same, was tried. */
  readonly tries?: ReadonlyMap<number, number>;
}

export type MakeAlgorithm = <S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
) => Algorithm;
