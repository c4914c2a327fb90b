/**
 * What a node says of the entries it has committed, small enough to be asked for often: a chain hash over
 * all of them, each entry's hash made from the one before it, so that two nodes with the same hash at a
 * position have (but for chance, one in four thousand million) the same entries up to there.
 *
 * Nodes are asked at different times and have committed differently far. So the last few positions at fixed
 * strides are remembered, narrow ones for neighbours and wide ones for nodes far behind, with the term of
 * the entry there: some of them another node has passed as well.
 */
import { mix, textHash } from '../fingerprint.ts';
import type { Position } from '../log.ts';
import type { Entry } from './entry.ts';

const STRIDES = [16, 256] as const;
/** Positions remembered of each stride. */
const KEPT = 8;

/** All that was committed up to a position, as it is told: index, term of the entry there, hash. */
export type Claim = readonly [index: number, term: number, hash: number];

export class CommitChain {
  private claim: Claim = [0, 0, 0];
  private readonly passed: Claim[][] = STRIDES.map(() => []);
  private newestSnapshot: Claim | undefined;

  get hash(): number {
    return this.claim[2];
  }

  /** What the newest snapshot says that it holds. */
  get snapshot(): Claim | undefined {
    return this.newestSnapshot;
  }

  /** The entry at `index`, which follows the last one, is committed. */
  extend(index: number, entry: Entry): void {
    this.claim = [index, entry[0], hashOf(entry, this.claim[2])];
    for (const [at, stride] of STRIDES.entries()) {
      if (index % stride !== 0) continue;
      const passed = this.passed[at]!;
      passed.push(this.claim);
      if (passed.length > KEPT) passed.shift();
    }
  }

  /** Goes on from a snapshot; what was said of earlier positions stays said. */
  resume({ index, term }: Position, hash: number): void {
    this.claim = [index, term, hash];
    this.newestSnapshot = this.claim;
  }

  /** A snapshot is begun that is said to reach `position`; gives the hash to keep in it. */
  snapshotAt({ index, term }: Position): number {
    this.newestSnapshot = [index, term, this.hash];
    return this.hash;
  }

  /** Where it was, and where it is now, if anything is committed. */
  get claims(): readonly Claim[] {
    const passed = this.passed.flat();
    return this.claim[0] > 0 ? [...passed, this.claim] : passed;
  }
}

/** 32 bits of an entry and of the hash before it. Made part by part: its JSON would cost more than all else here. */
function hashOf([term, command]: Entry, from: number): number {
  let hash = mix(from, term);
  for (const part of command ?? []) hash = mix(hash, typeof part === 'string' ? textHash(part) : part);
  return hash >>> 0;
}
