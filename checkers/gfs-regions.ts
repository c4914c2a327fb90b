/**
 * Regions of files under the relaxed consistency of GFS (§2.7): not linearizable, but no free for all.
 *
 *  - A read answers a whole value that somebody began to write to this region, or null before any: never a
 *    mixture of two, never another region's, never one of a write that certainly failed.
 *  - A write that succeeded leaves the region *defined* where it was alone: whatever was written wholly
 *    before it began is gone from all reads that begin long enough after it (see `staleness.ts`).
 *  - Writes side by side, and those of unknown outcome, leave the region *undefined* among them: a read may
 *    see any one, and the next another, until a write that begins after all of them has succeeded. One of
 *    unknown outcome may still arrive later, so it stays possible to the end.
 *
 * So a read R may see a write W exactly if W began before R ended, W did not fail, and there is no write S
 * that succeeded, began after W had ended, and itself ended long enough before R began. This is a regular
 * register with several writers, but for the time that reads may be behind.
 *
 * Every value is written once to its region. Functions: `read`, `write`. `details`: `RegionDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { identity } from './identity.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';
import { STALENESS } from './staleness.ts';

export const REGION_FUNCTIONS = ['read', 'write'] as const;

/** What a read saw that it can't have seen; indices are those of invocations. */
export type BadRead = {
  readonly read: number;
  readonly value: Json;
  readonly node: string | null;
  /**
   * `nowhere`: nobody had begun to write it (a torn mixture is one) · `failed`: that write had certainly
   * failed · `lost`: `after` was acknowledged since, begun after what was seen had ended.
   */
  readonly why: 'nowhere' | 'failed' | 'lost';
  readonly write: number | null;
  readonly after: number | null;
};

export type RegionDetails = {
  readonly writes: number;
  readonly acknowledged: number;
  readonly reads: number;
  /** Reads that could not see the region as it was before some write: the others prove little. */
  readonly bounded: number;
  readonly bad: Listed<BadRead>;
};

export function gfsRegions(): Objects {
  return new Objects({ name: 'gfs-regions', functions: REGION_FUNCTIONS, judge: () => new RegionJudge() });
}

interface Write {
  readonly invoked: number;
  /** Index of the completion; Infinity while it may still take effect. */
  ended: number;
  failed: boolean;
  /** The reads that saw it while it might have succeeded. */
  readonly seen: BadRead[];
}

/** Of those that were acknowledged by `time`, the one that began last. */
interface Acknowledged {
  readonly time: number;
  readonly latest: Write;
}

class RegionJudge implements ObjectJudge<RegionDetails> {
  readonly #writes = new Map<number | string, Write>();
  /** In the order of their acknowledgements. */
  readonly #acknowledged: Acknowledged[] = [];
  readonly #bad: BadRead[] = [];
  #reads = 0;
  #bounded = 0;

  invoked(invocation: Op): void {
    if (invocation.f !== 'write') return;
    const { value, index } = invocation;
    if (value === undefined || value === null) throw new NotUnderstood(invocation, 'expected a value');
    const name = identity(value);
    if (this.#writes.has(name)) throw new NotUnderstood(invocation, 'expected a value that is written once');
    this.#writes.set(name, { invoked: index, ended: Infinity, failed: false, seen: [] });
  }

  completed(invocation: Op, completion: Op): void {
    if (invocation.f === 'read') {
      if (completion.type === 'ok') this.#read(invocation, completion);
      return;
    }
    const write = this.#writes.get(identity(invocation.value ?? null));
    if (!write || completion.type === 'info') return;
    write.ended = completion.index;
    if (completion.type === 'fail') {
      write.failed = true;
      this.#bad.push(...write.seen);
      return;
    }
    const before = this.#acknowledged.at(-1)?.latest;
    const latest = before && before.invoked > write.invoked ? before : write;
    this.#acknowledged.push({ time: completion.time, latest });
  }

  finish(): Judgement<RegionDetails> {
    const bad = this.#bad.sort((a, b) => a.read - b.read);
    const details: RegionDetails = {
      writes: this.#writes.size,
      acknowledged: this.#acknowledged.length,
      reads: this.#reads,
      bounded: this.#bounded,
      bad: listed(bad, (read) => read),
    };
    if (bad[0]) return { verdict: 'invalid', summary: `${said(bad[0])}${others(bad.length - 1)}`, details };
    if (this.#reads === 0) return { verdict: 'unknown', summary: 'no read was answered', details };
    const summary = `${counted(this.#reads, 'read')}, each of a value that may be there`;
    return { verdict: 'valid', summary, details };
  }

  #read(invocation: Op, completion: Op): void {
    const [value, node] = [completion.value ?? null, completion.node ?? null];
    this.#reads++;
    const floor = this.#latestBefore(invocation.time - STALENESS);
    if (floor) this.#bounded++;
    const { index: read } = invocation;
    const bad = { read, value, node, write: null, after: floor?.invoked ?? null };
    if (value === null) {
      if (floor) this.#bad.push({ ...bad, why: 'lost' });
      return;
    }
    const write = this.#writes.get(identity(value));
    if (!write) {
      this.#bad.push({ ...bad, why: 'nowhere', after: null });
      return;
    }
    const seen = { ...bad, write: write.invoked };
    if (write.failed) this.#bad.push({ ...seen, why: 'failed', after: null });
    else if (floor && write.ended < floor.invoked) this.#bad.push({ ...seen, why: 'lost' });
    else if (write.ended === Infinity) write.seen.push({ ...seen, why: 'failed', after: null });
  }

  /** Of the writes that were acknowledged by then, the one that began last. */
  #latestBefore(time: number): Write | undefined {
    let [from, to] = [0, this.#acknowledged.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#acknowledged[middle]!.time <= time) from = middle + 1;
      else to = middle;
    }
    return this.#acknowledged[from - 1]?.latest;
  }
}

function said({ read, value, why, write, after }: BadRead): string {
  const seen = `a read (op ${read}) saw ${JSON.stringify(value)}`;
  switch (why) {
    case 'nowhere':
      return `${seen}, which nobody had begun to write here`;
    case 'failed':
      return `${seen}, whose write (op ${write}) failed`;
    case 'lost':
      return `${seen}, though a later write (op ${after}) had been acknowledged long before`;
  }
}

function others(count: number): string {
  return count === 0 ? '' : `; and ${counted(count, 'more such read')}`;
}
