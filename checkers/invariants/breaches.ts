/**
 * A system's invariants over one history, while it grows or afterwards: each look at a node is shown to all
 * of them, and of each the first moment is kept at which it was broken.
 */
import type { Op } from '../../harness/history/op.ts';
import type { MakeInvariant } from './index.ts';
import { sampleOf } from './samples.ts';
import type { Broken, Invariant, Sample } from './types.ts';

/** The first moment at which an invariant was broken. */
export interface Breach extends Broken {
  readonly invariant: string;
  /** Of the look that showed it: ns since the run began, and the index of the op. */
  readonly time: number;
  readonly index: number;
}

interface Watched {
  readonly invariant: Invariant;
  breach: Breach | undefined;
}

export class Breaches {
  readonly #watched: readonly Watched[];
  readonly #answers = new Map<string, number>();

  constructor(invariants: readonly MakeInvariant[]) {
    this.#watched = invariants.map((make) => ({ invariant: make(), breach: undefined }));
  }

  /** How often each node answered; one that was asked and never did, 0. */
  get answers(): ReadonlyMap<string, number> {
    return this.#answers;
  }

  get all(): readonly { readonly invariant: Invariant; readonly breach: Breach | undefined }[] {
    return this.#watched;
  }

  /** What this op, one in the order of the history, shows broken that was not before. */
  push(op: Op): readonly Breach[] {
    const sample = sampleOf(op);
    return sample === undefined ? [] : this.#look(sample);
  }

  #look(sample: Sample): readonly Breach[] {
    const { node, time, index, status } = sample;
    this.#answers.set(node, (this.#answers.get(node) ?? 0) + (status === undefined ? 0 : 1));
    const found: Breach[] = [];
    for (const watched of this.#watched) {
      if (watched.breach !== undefined) continue;
      const broken = watched.invariant.observe(sample);
      if (broken === undefined) continue;
      watched.breach = { invariant: watched.invariant.name, ...broken, time, index };
      found.push(watched.breach);
    }
    return found;
  }
}
