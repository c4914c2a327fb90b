/**
 * A workload: what clients do, and what that should look like from a correct system. One file each.
 */
import type { Model } from 'porcupine-ts';
import type { CheckerName } from '../checkers/catalogue.ts';
import type { Invocation, Completion } from '../systems/contract.ts';

/** Uniform draws from a seeded stream of the workload's own. */
export interface Random {
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
}

export interface WorkloadOptions {
  /** How many keys; each is an object of its own. */
  readonly keys: number;
  /** Weight of each function that is drawn; functions with weight 0 are never invoked. */
  readonly ops: { readonly [f: string]: number };
}

/** Draws what clients do next. Deterministic in its options and its random stream. */
export interface Generator {
  next(process: number): Invocation;
  /** Told of what a plan lists, where nothing is drawn: what is known of it shows in `final`. */
  listed?(invocation: Invocation): void;
  /** Told of every completion, in the workload's own words, so that what is drawn next fits what is there. */
  completed?(invocation: Invocation, completion: Completion): void;
  /** After the last heal, once each: what shows the state that everything led to. */
  final(): readonly Invocation[];
}

export interface Workload {
  readonly name: string;
  readonly about: string;
  /** Function → default weight. */
  readonly functions: { readonly [f: string]: number };
  readonly defaultKeys: number;
  /** What a system's client must offer for it. */
  readonly needs: readonly string[];
  generator(options: WorkloadOptions, random: Random): Generator;
  /** What its histories are held against, where a plan does not say. */
  readonly checks: readonly CheckerName[];
  /** A workload's invocation in the words of the system's client, and its completion back. */
  toClient(invocation: Invocation): Invocation;
  fromClient(invocation: Invocation, completion: Completion): Completion;
  /**
   * The sequential specification, for one key. Inputs and outputs as `checkers/operations.ts` makes them.
   * Undefined where there is none: then only checkers with functions of their own can judge it.
   */
  readonly model?: Model;
}
