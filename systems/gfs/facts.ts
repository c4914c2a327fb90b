/**
 * What nodes of gfs say of themselves for invariants, as `NodeStatus.facts`.
 *
 * A chunkserver: `{ chunks: { [handle]: ChunkFacts } }`, at most `MAX_CHUNKS` of them.
 * The master: `{ leases: { [handle]: { version, primary } } }`: who may hold an unexpired lease by its clock.
 *
 * What must hold, in strong mode: over all chunkservers each (handle, version) is `served` by one node at
 * most; of two nodes one at most is `leads` of a handle at one moment (an earlier one's lease is over by its
 * own clock before the master grants the next); and two replicas of a handle that are `whole` and have the
 * same `version`, `begun` and `commit` have the same `hash` and `length`, where `hash` is not 0; and a primary
 * has on disk (`last`) whatever was committed under an earlier one. In relaxed mode, where replicas may differ
 * in mutations that failed, the last two are not told.
 */
import type { Json } from '../contract.ts';
import type { Holdings } from './chunkserver/holdings.ts';
import type { Handle, Version } from './messages.ts';

const MAX_CHUNKS = 32;

export interface ChunkFacts {
  readonly version: Version;
  /** In the place of a version's primary's mind: its first word has come. */
  readonly begun: Version;
  readonly whole: boolean;
  /** It holds an unexpired lease now. */
  readonly leads: boolean;
  /** The last versions that this node acted as the primary of, since it started. */
  readonly served: readonly Version[];
  /** Serial number of the last mutation in the content; its CRC-32, 0 where it is long or relaxed; its length. */
  readonly commit: number;
  readonly hash: number;
  readonly length: number;
  /** Serial number of the last mutation that it has at all, committed or not; strong mode only. */
  readonly last?: number;
}

export function factsOfChunks(holdings: Holdings, served: ReadonlyMap<Handle, readonly Version[]>): Json {
  const chunks = [...holdings.chunks.values()].slice(-MAX_CHUNKS).map((chunk): [string, Json] => {
    const { handle, version, begun, learning, damaged, commit, hash, length, last } = chunk;
    const { strong } = holdings.settings;
    const facts: ChunkFacts & { readonly [name: string]: Json } = {
      version,
      begun,
      whole: !learning && !damaged,
      leads: holdings.leads.get(handle)?.holds ?? false,
      served: served.get(handle) ?? [],
      commit,
      hash: strong ? hash : 0,
      length,
      ...(strong && { last }),
    };
    return [String(handle), facts];
  });
  return { chunks: Object.fromEntries(chunks) };
}
