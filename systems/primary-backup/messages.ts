/**
 * What nodes say to each other. Whatever comes in is parsed here, strictly: what does not fit is
 * `undefined`, and no other code of a node sees it.
 */
import type { Json, Message as Carried, NodeId } from '../contract.ts';
import { isCount, isList, isObject } from '../json.ts';
import { entries, type Entry } from './input.ts';
import { isTurnRecord, type Plea, type TurnRecord } from './test-and-set.ts';

/** To the arbiter. The answer repeats `ask`, which no other question of this node has. */
export type PleaMessage = Plea & { readonly ask: number };

export type Verdict = {
  readonly type: 'verdict';
  readonly ask: number;
  readonly granted: boolean;
  /** As it is now. */
  readonly record: TurnRecord;
};

/** From a primary to all: it serves. With `wanted` it has no backup, and takes whoever is willing. */
export type Presence = { readonly type: 'presence'; readonly epoch: number; readonly wanted: boolean };

export type Willing = { readonly type: 'willing'; readonly epoch: number };

/**
 * The logging channel: entries from position `from` on; a heartbeat where there are none. With `armed`, the
 * receiver is in sync, as far as the primary knows.
 */
export type LogBatch = {
  readonly type: 'log';
  readonly epoch: number;
  readonly from: number;
  readonly entries: readonly Entry[];
  readonly armed: boolean;
};

/** How far the sender has the log, without gaps: in memory, and on disk. */
export type Ack = {
  readonly type: 'ack';
  readonly epoch: number;
  readonly received: number;
  readonly durable: number;
};

/**
 * State transfer: characters from `offset` of the `size` that the text of the state has. `at` is the
 * position of the log up to which entries made it; `transfer` tells one transfer from another.
 */
export type StateChunk = {
  readonly type: 'state';
  readonly epoch: number;
  readonly transfer: number;
  readonly at: number;
  readonly size: number;
  readonly offset: number;
  readonly data: string;
};

export type StateAck = {
  readonly type: 'state-ack';
  readonly epoch: number;
  readonly transfer: number;
  /** Characters that have come in, without gaps. */
  readonly received: number;
  /** The state is on disk, or was there before. */
  readonly installed: boolean;
};

export type Message = PleaMessage | Verdict | Presence | Willing | LogBatch | Ack | StateChunk | StateAck;

/** More than a correct primary ever sends at once. */
const MAX_ENTRIES = 65_536;
const MAX_CHUNK = 1_048_576;
const MAX_STATE = 268_435_456;

export function parseMessage(json: Carried): Message | undefined {
  return isObject(json) && fits(json) ? json : undefined;
}

function fits(json: { readonly [key: string]: Json }): json is Message {
  if (json.type === 'verdict') {
    return isCount(json.ask) && typeof json.granted === 'boolean' && isTurnRecord(json.record);
  }
  if (!isCount(json.epoch)) return false;
  switch (json.type) {
    case 'go-live':
      return isCount(json.ask);
    case 'arm':
      return isCount(json.ask) && typeof json.backup === 'string';
    case 'presence':
      return typeof json.wanted === 'boolean';
    case 'willing':
      return true;
    case 'log':
      return (
        isCount(json.from) &&
        json.from > 0 &&
        typeof json.armed === 'boolean' &&
        isList(json.entries) &&
        json.entries.length <= MAX_ENTRIES &&
        json.entries.every(entries.is)
      );
    case 'ack':
      return isCount(json.received) && isCount(json.durable);
    case 'state':
      return (
        isCount(json.transfer) &&
        isCount(json.at) &&
        isCount(json.size) &&
        json.size <= MAX_STATE &&
        isCount(json.offset) &&
        typeof json.data === 'string' &&
        json.data.length <= MAX_CHUNK
      );
    case 'state-ack':
      return isCount(json.transfer) && isCount(json.received) && typeof json.installed === 'boolean';
    default:
      return false;
  }
}

/** The first node is the arbiter; the others are replicas. */
export function arbiterOf(nodes: readonly NodeId[]): NodeId {
  return [...nodes].sort()[0]!;
}
