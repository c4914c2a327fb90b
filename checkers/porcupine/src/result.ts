/**
 * Options and results of a check. Results are plain data: whoever shows them needs no model.
 */
import type { Annotation } from './annotation.ts';
import type { Verdict } from './model.ts';

/**
 *  - `zones`    for distinct written values: polynomial (Gibbons & Korach 1997);
 *  - `distinct` for queues, stacks and sets of distinct elements: polynomial;
 *  - `jit`      just-in-time search with dominance, for any deterministic model;
 *  - `general`  the search of Wing & Gong and Lowe, for any model.
 */
export type AlgorithmName = 'general' | 'jit' | 'zones' | 'distinct';

export interface CheckOptions {
  /** Milliseconds for everything: search, witness and counterexample of all partitions. Default: no limit. */
  readonly timeout?: number;
  /** Bytes that one partition's search may hold, about. Default: 1 GiB. */
  readonly memory?: number;
  /** Looked at every few thousand steps; an `AbortSignal` fits. */
  readonly signal?: { readonly aborted: boolean };
  /** Called now and then while the check goes on, and after its last partition. */
  readonly onProgress?: (progress: CheckProgress) => void;
  /** Give back the linearization of what is valid. It is built and verified in any case. */
  readonly witness?: boolean;
  /** Look for a minimal sub-history of what is invalid. */
  readonly counterexample?: boolean;
  /** Whether it is found out how far what is invalid can be explained, if no counterexample is: true unless told. */
  readonly longest?: boolean;
  /** Whether all partitions are decided when one is invalid: true unless told. Else the others are no part of the result. */
  readonly exhaustive?: boolean;
  /** The only one to be used, for comparing them. Default: whatever decides the history soonest. */
  readonly algorithm?: AlgorithmName | 'auto';
  /** What else happened, for whoever shows the result. */
  readonly annotations?: readonly Annotation[];
}

export interface CheckProgress {
  /** How many partitions have their verdict, and how many there are. */
  readonly decided: number;
  readonly partitions: number;
  /** Label of the partition that is searched. */
  readonly label: string;
}

/** `invalid` beats `unknown` beats `valid`. */
export interface CheckedHistory {
  readonly verdict: Verdict;
  readonly partitions: readonly CheckedPartition[];
  /** Milliseconds. */
  readonly elapsed: number;
  /** As given. */
  readonly annotations: readonly Annotation[];
}

export interface ChosenAlgorithm {
  readonly name: AlgorithmName;
  /** In words, with what the ones tried before it answered. */
  readonly why: string;
}

export interface CheckedPartition {
  readonly label: string;
  readonly verdict: Verdict;
  /** The one that decided it, or was tried last. */
  readonly algorithm: ChosenAlgorithm;
  /** How many operations it has. */
  readonly operations: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Ids in linearization order, verified; only when valid and asked for. */
  readonly witness?: readonly number[];
  /** Ids of the longest prefix in time that has a linearization, in that order; only when not valid, unless told. */
  readonly longest?: readonly number[];
  /** When invalid, unless told or time ran out: the first completion that no order of operations explains. */
  readonly blocked?: number;
  readonly counterexample?: Counterexample;
  /** When unknown. */
  readonly reason?: UnknownReason;
}

export type UnknownReason = {
  /** `inapplicable`: the algorithm that was asked for can't decide this history. */
  readonly kind: 'timeout' | 'memory' | 'aborted' | 'inapplicable' | 'internal';
  readonly message: string;
  /** Completions, in order of time, that are shown to be explained, out of `completions`. */
  readonly explained: number;
  readonly completions: number;
  /** The operations of unknown outcome that cost the search most, at most five, the costliest first. */
  readonly costly: readonly CostlyOperation[];
};

/**
 * An operation of unknown outcome can be tried at any time after its call, each time leading to
 * configurations of its own: those are what a search has to wade through. Operations that do the same
 * can stand in for each other, and are tried as one: then the one called first is named.
 */
export interface CostlyOperation {
  readonly id: number;
  readonly description: string;
  /** How often the search tried to let it, or one that does the same, take effect. */
  readonly tries: number;
}

/**
 * A part of the history that alone is invalid, and that follows from the history: whatever is left out
 * could not have made it valid.
 */
export interface Counterexample {
  /** In order of their calls; among them the one whose completion no configuration survives. */
  readonly operations: readonly KeptOperation[];
  /** Everything the object may be just before it, each with the operations that may still come. */
  readonly configurations: readonly FinalConfiguration[];
  /** True when there are more configurations than were kept. */
  readonly more: boolean;
  /** None can be left out by itself. False when the budget ended before that was shown. */
  readonly minimal: boolean;
  /** The plain search, without any hint of the model, finds it invalid as well. */
  readonly confirmed: boolean;
}

export interface KeptOperation {
  readonly id: number;
  /** `unknown`: nobody knew how it ended, or whether, when the violation showed. */
  readonly outcome: 'known' | 'unknown';
  readonly description: string;
}

export type FinalConfiguration = {
  readonly state: string;
  /** Ids that took effect, in an order that leads to the state. */
  readonly linearized: readonly number[];
  /** Ids of those that were called and may still take effect. */
  readonly pending: readonly number[];
};
