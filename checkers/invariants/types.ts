/**
 * An invariant of a system, held against what its nodes say of themselves: each status as the history has
 * it (`node.status`), in order. Nodes are asked one after another, not at one moment, so an invariant
 * compares only what stays true once it is: who led a term, what stood at a position of the log.
 */
import type { Json } from '../../harness/history/op.ts';

/** A status of one node. */
export interface Sample {
  readonly node: string;
  /** ns since the run began, and the index of the op: when it was recorded. */
  readonly time: number;
  readonly index: number;
  /** `up`, `paused`, …: what the host knows. */
  readonly state: string;
  /** What the node said of itself; undefined when it did not answer. */
  readonly status: SampledStatus | undefined;
}

/** `NodeStatus`, as it was recorded. */
export interface SampledStatus {
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  readonly logEnd: number;
  readonly commit: number;
  readonly applied: number;
  readonly facts?: Json;
}

/** What was found broken: at this sample, by these nodes. */
export interface Broken {
  /** One line for people: `n2 and n4 both led term 7`. */
  readonly what: string;
  readonly nodes: readonly string[];
  /** JSON: what the line was made from. */
  readonly evidence: Json;
}

/** One invariant over one run; keeps what it must remember. */
export interface Invariant {
  /** `one-leader-a-term`. */
  readonly name: string;
  /** In a line: what never happens. */
  readonly about: string;
  /** Called for every sample, in order, until the first that breaks it; what it breaks, or undefined. */
  observe(sample: Sample): Broken | undefined;
  /**
   * How often what one node said was held against what another did. An invariant that counts, and counted
   * nothing, has shown nothing: `unknown`.
   */
  readonly compared?: number;
}
