/**
 * What a job computes (Dean & Ghemawat §2): `map` turns a line of input into pairs, `reduce` what all maps
 * emitted under one key into lines of output.
 *
 * Both must be deterministic and keep nothing between calls: a task is run again, and at once on two
 * workers, whenever that helps, and only then is the output that of one sequential run (§3.3).
 */
import type { Json } from '../../contract.ts';

export type Emit = (key: string, value: Json) => void;

export interface Job {
  readonly name: string;
  /** Called for each line, in order: its text, the split it is in, its number there from 0. */
  map(line: string, split: number, number: number, emit: Emit): void;
  /**
   * Joins two values of one key where they are emitted, so that fewer are kept and sent (§4.3). Has to be
   * associative and commutative, and `reduce` has to give the same of joined values as of those emitted.
   */
  readonly combine?: ((one: Json, other: Json) => Json) | undefined;
  /** Values in the order of the splits, those of one split as they were emitted. */
  reduce(key: string, values: readonly Json[], emit: (text: string) => void): void;
}

/** Of one run of a job; equal to the sequential run's only if each task counted once. */
export type Counters = {
  /** Lines read and pairs emitted by maps. */
  readonly lines: number;
  readonly pairs: number;
  /** Keys reduced and lines of output. */
  readonly keys: number;
  readonly out: number;
};
