/**
 * What never happens in GFS, as far as chunkservers' words show it (`systems/gfs/facts.ts`). Of each chunk
 * that it holds, one tells the version that it is a replica of; the version whose primary it last heard
 * (`begun`); up to which mutation its content goes (`commit`) with a hash of it, and up to which its disk
 * does (`last`); and as the primary of which versions it acted (`served`).
 *
 * Nodes are asked at different moments, so words are compared that stay true. One does not: that a node
 * holds an unexpired lease (`leads`). A lease of a later version begins when that of an earlier one is over,
 * so whoever is seen with the earlier one *after* that must be late; a word may be late too, but no word
 * takes as long as `LATE`.
 */
import type { Json } from '../../harness/history/op.ts';
import type { Broken, Invariant, Sample } from './types.ts';

/** ns: longer than any node takes to be heard. */
const LATE = 1e9;

interface Chunk {
  readonly handle: string;
  readonly version: number;
  readonly begun: number;
  readonly commit: number;
  readonly length: number;
  readonly whole: boolean;
  readonly leads: boolean;
  readonly served: readonly number[];
  /** 0: not told. */
  readonly hash: number;
  /** Undefined in the relaxed mode, where replicas may differ in what failed. */
  readonly last: number | undefined;
}

class OnePrimaryAVersion implements Invariant {
  readonly name = 'one-primary-a-version';
  readonly about = 'no two nodes act as the primary of one version of a chunk';
  readonly #primaries = new Map<string, string>();

  observe({ node, status }: Sample): Broken | undefined {
    for (const { handle, served } of chunksIn(status?.facts)) {
      for (const version of served) {
        const key = `${handle} ${version}`;
        const other = this.#primaries.get(key) ?? node;
        this.#primaries.set(key, other);
        if (other === node) continue;
        return {
          what: `${other} and ${node} both acted as the primary of chunk ${handle} in version ${version}`,
          nodes: [other, node],
          evidence: { handle, version, primaries: [other, node] },
        };
      }
    }
    return undefined;
  }
}

interface Lease {
  readonly version: number;
  readonly node: string;
  readonly time: number;
}

class OneLeaseAtATime implements Invariant {
  readonly name = 'one-lease-at-a-time';
  readonly about = 'nobody holds a lease of a chunk when another one has begun';
  /** Of each chunk the latest that was seen, and when it was seen first. */
  readonly #latest = new Map<string, Lease>();

  observe({ node, time, status }: Sample): Broken | undefined {
    for (const { handle, version, leads } of chunksIn(status?.facts)) {
      if (!leads) continue;
      const latest = this.#latest.get(handle);
      if (latest === undefined || latest.version < version) {
        this.#latest.set(handle, { version, node, time });
      } else if (latest.version > version && time - latest.time > LATE) {
        const late = ((time - latest.time) / 1e9).toFixed(2);
        return {
          what: `${node} holds a lease of chunk ${handle} in version ${version}, ${late} s after ${latest.node} held one in version ${latest.version}`,
          nodes: [latest.node, node],
          evidence: { handle, leases: [{ ...latest }, { version, node, time }] },
        };
      }
    }
    return undefined;
  }
}

interface Content {
  readonly node: string;
  readonly hash: number;
  readonly length: number;
}

class ReplicasEqual implements Invariant {
  readonly name = 'replicas-equal';
  readonly about = 'two replicas of a version, up to the same mutation, have the same content';
  readonly #contents = new Map<string, Content>();
  #compared = 0;

  get compared(): number {
    return this.#compared;
  }

  observe({ node, status }: Sample): Broken | undefined {
    for (const { handle, version, begun, commit, whole, hash, length } of chunksIn(status?.facts)) {
      if (!whole || hash === 0) continue;
      const key = `${handle} ${version} ${begun} ${commit}`;
      const other = this.#contents.get(key);
      if (other === undefined) {
        this.#contents.set(key, { node, hash, length });
        continue;
      }
      if (other.node !== node) this.#compared++;
      if (other.hash === hash && other.length === length) continue;
      return {
        what: `${whose(other.node, node)} of chunk ${handle} differ in version ${version} up to mutation ${commit}`,
        nodes: other.node === node ? [node] : [other.node, node],
        evidence: { handle, version, begun, commit, contents: [{ ...other }, { node, hash, length }] },
      };
    }
    return undefined;
  }
}

/** A node may also contradict what it said itself before. */
function whose(first: string, second: string): string {
  return first === second
    ? `the replicas of ${first}, earlier and now,`
    : `the replicas of ${first} and ${second}`;
}

/** Of one version of a chunk. */
interface Reached {
  /** The highest mutation that a replica knew to be committed in it. */
  committed: number;
  by: string;
  /** The lowest that its primary's disk went up to, while it held the lease. */
  least: number;
  primary: string;
}

class CommittedSurvives implements Invariant {
  readonly name = 'committed-mutations-survive';
  readonly about = 'the primary of a later version has every mutation that was committed in an earlier one';
  readonly #chunks = new Map<string, Map<number, Reached>>();

  observe({ node, status }: Sample): Broken | undefined {
    for (const chunk of chunksIn(status?.facts)) {
      const { handle, version, begun, whole, leads, commit, last } = chunk;
      if (!whole || last === undefined) continue;
      const versions = this.#versionsOf(handle);
      const reached = versions.get(begun) ?? { committed: 0, by: node, least: Infinity, primary: node };
      versions.set(begun, reached);
      if (commit > reached.committed) [reached.committed, reached.by] = [commit, node];
      if (leads && begun === version && last < reached.least) {
        [reached.least, reached.primary] = [last, node];
      }
      const broken = contradiction(handle, versions);
      if (broken) return broken;
    }
    return undefined;
  }

  #versionsOf(handle: string): Map<number, Reached> {
    let versions = this.#chunks.get(handle);
    if (!versions) this.#chunks.set(handle, (versions = new Map<number, Reached>()));
    return versions;
  }
}

function contradiction(handle: string, versions: ReadonlyMap<number, Reached>): Broken | undefined {
  let before: { readonly version: number; readonly committed: number; readonly by: string } | undefined;
  for (const [version, { committed, by, least, primary }] of [...versions].sort(([a], [b]) => a - b)) {
    if (before && least < before.committed) {
      return {
        what: `${primary} is the primary of chunk ${handle} in version ${version} with mutations up to ${least}, though ${before.by} had ${before.committed} committed in version ${before.version}`,
        nodes: before.by === primary ? [primary] : [before.by, primary],
        evidence: { handle, earlier: { ...before }, later: { version, primary, last: least } },
      };
    }
    if (!before || committed > before.committed) before = { version, committed, by };
  }
  return undefined;
}

export const gfsInvariants: readonly (() => Invariant)[] = [
  () => new OnePrimaryAVersion(),
  () => new OneLeaseAtATime(),
  () => new ReplicasEqual(),
  () => new CommittedSurvives(),
];

/** What is not there, or is not what it should be, says nothing. */
function chunksIn(facts: Json | undefined): readonly Chunk[] {
  const chunks = memberOf(facts, 'chunks');
  if (typeof chunks !== 'object' || chunks === null || Array.isArray(chunks)) return [];
  return Object.entries(chunks).flatMap(([handle, chunk]: [string, Json]) => {
    const number = (name: string): number | undefined => {
      const value = memberOf(chunk, name);
      return typeof value === 'number' ? value : undefined;
    };
    const [version, begun, commit, length] = [
      number('version'),
      number('begun'),
      number('commit'),
      number('length'),
    ];
    if (version === undefined || begun === undefined || commit === undefined || length === undefined)
      return [];
    const served = memberOf(chunk, 'served');
    return [
      {
        ...{ handle, version, begun, commit, length },
        whole: memberOf(chunk, 'whole') === true,
        leads: memberOf(chunk, 'leads') === true,
        served: Array.isArray(served) ? served.filter((one): one is number => typeof one === 'number') : [],
        hash: number('hash') ?? 0,
        last: number('last'),
      },
    ];
  });
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined;
  return (json as { readonly [name: string]: Json })[name];
}
