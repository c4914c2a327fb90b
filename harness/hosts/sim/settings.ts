/** What a simulated machine room is like when nothing is wrong: its network and its disks. Times in ms. */
import type { Span } from '../../../nemesis/entry.ts';

export interface NetworkSettings {
  /** One way: mostly near the least, with a tail up to the greatest. */
  readonly latency: Span;
  /** Probabilities in [0, 1) that a message is lost, arrives twice, or is overtaken by later ones. */
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
}

export interface SimSettings extends NetworkSettings {
  /** How long an fsync takes: mostly near the least, with a tail up to the greatest. */
  readonly fsync: Span;
}

/** A machine room that is well: like the process host on one machine, and a little slower. */
export const QUIET: SimSettings = {
  latency: { min: 0.2, max: 3 },
  loss: 0,
  duplicate: 0,
  reorder: 0,
  fsync: { min: 0.2, max: 4 },
};

/** Where a simulation's draws come from: change one, and those of the others stay. */
export interface SimSeeds {
  readonly network: number;
  readonly disks: number;
  /** The nodes' own randomness. */
  readonly nodes: number;
}
