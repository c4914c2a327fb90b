/**
 * What nodes say to each other. Whatever comes in is parsed here, strictly: what does not fit is
 * `undefined`, and no other code of a node sees it.
 */
import type { Json, Message as Carried } from '../contract.ts';
import { isCount, isList, isObject } from '../json.ts';
import { isEntry, type Entry } from './entry.ts';

/** RequestVote; with `pre`, only asks whether it would be granted, and `term` is the one it would be in. */
export type AskVote = {
  readonly type: 'ask-vote';
  readonly pre: boolean;
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
};

/** The answer. `term` is the voter's own, save for a granted pre-vote, which repeats the one asked for. */
export type Vote = {
  readonly type: 'vote';
  readonly pre: boolean;
  readonly term: number;
  readonly granted: boolean;
};

/**
 * AppendEntries; a heartbeat when it has no entries. `round` is the leader's newest round of
 * leadership confirmation (see reads.ts); every answer repeats the newest that its sender has seen.
 */
export type Append = {
  readonly type: 'append';
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly commit: number;
  readonly round: number;
  readonly entries: readonly Entry[];
};

/** The sender's log agrees with the leader's up to `match`, durably. */
export type Ack = {
  readonly type: 'ack';
  readonly term: number;
  readonly match: number;
  readonly round: number;
};

/**
 * The sender's log does not hold the entry at `prevIndex`. It ends before (`conflictTerm` null, and
 * `conflictIndex` follows its end), or holds one of `conflictTerm` there, the first of which is at
 * `conflictIndex`: enough to step back a whole term at once (extended paper, end of §5.3).
 */
export type Nack = {
  readonly type: 'nack';
  readonly term: number;
  readonly prevIndex: number;
  readonly conflictTerm: number | null;
  readonly conflictIndex: number;
  readonly round: number;
};

/** InstallSnapshot: characters from `offset` of the `size` that the snapshot up to `index` has. */
export type SnapshotChunk = {
  readonly type: 'snapshot';
  readonly term: number;
  readonly index: number;
  readonly size: number;
  readonly offset: number;
  readonly data: string;
  readonly round: number;
};

export type SnapshotAck = {
  readonly type: 'snapshot-ack';
  readonly term: number;
  readonly index: number;
  /** Characters that have come in, without gaps. */
  readonly received: number;
  readonly round: number;
};

export type Message = AskVote | Vote | Append | Ack | Nack | SnapshotChunk | SnapshotAck;

/** More than a correct leader ever sends at once. */
const MAX_ENTRIES = 65_536;
const MAX_CHUNK = 1_048_576;
const MAX_SNAPSHOT = 268_435_456;

export function parseMessage(json: Carried): Message | undefined {
  if (!isObject(json) || !isCount(json.term)) return undefined;
  return fits(json) ? json : undefined;
}

function fits(json: { readonly [key: string]: Json }): json is Message {
  switch (json.type) {
    case 'ask-vote':
      return typeof json.pre === 'boolean' && isCount(json.lastIndex) && isCount(json.lastTerm);
    case 'vote':
      return typeof json.pre === 'boolean' && typeof json.granted === 'boolean';
    case 'append':
      return (
        isCount(json.prevIndex) &&
        isCount(json.prevTerm) &&
        isCount(json.commit) &&
        isCount(json.round) &&
        isList(json.entries) &&
        json.entries.length <= MAX_ENTRIES &&
        json.entries.every(isEntry)
      );
    case 'ack':
      return isCount(json.match) && isCount(json.round);
    case 'nack':
      return (
        isCount(json.prevIndex) &&
        (json.conflictTerm === null || isCount(json.conflictTerm)) &&
        isCount(json.conflictIndex) &&
        isCount(json.round)
      );
    case 'snapshot':
      return (
        isCount(json.index) &&
        isCount(json.size) &&
        json.size <= MAX_SNAPSHOT &&
        isCount(json.offset) &&
        typeof json.data === 'string' &&
        json.data.length <= MAX_CHUNK &&
        isCount(json.round)
      );
    case 'snapshot-ack':
      return isCount(json.index) && isCount(json.received) && isCount(json.round);
    default:
      return false;
  }
}
