/**
 * What nodes say to each other. Whatever comes in is parsed here, strictly: what does not fit is
 * `undefined`, and no other code of a node sees it.
 *
 * On its way a message has all its data as the bytes beside it, in the order in which it names it: of a push
 * or an install its `data`, then that of its mutations, each of which says how long its own is.
 */
import { bytesOf, type Json, type Message as AnyMessage, type NodeId } from '../contract.ts';
import { joined } from './bytes.ts';
import { isPieceOf } from './pieces.ts';
import { isCount, isList, isObject, isText } from '../json.ts';

export type Handle = number;
export type Version = number;
export type ClientId = number;

/**
 * A mutation of a chunk in its place in the serial order; an array, as it goes to every replica and disk.
 * `pad` fills the chunk with zeros from `offset` on. Without `data`, the bytes are what its client pushed.
 */
export type Mutation = readonly [
  serial: number,
  kind: 'write' | 'append' | 'pad',
  offset: number,
  client: ClientId,
  seq: number,
  data: Uint8Array | null,
];

/** The same on its way. */
type Announced = readonly [
  serial: number,
  kind: Mutation[1],
  offset: number,
  client: ClientId,
  seq: number,
  size: number | null,
];

/** What a client did last to a chunk: which of its requests, and where. */
export type Session = readonly [client: ClientId, seq: number, offset: number];

/** A chunk's primary as of a version, and who else holds it; learners have yet to get its content. */
export type Grant = readonly [
  handle: Handle,
  version: Version,
  members: readonly NodeId[],
  learners: readonly NodeId[],
];

/** What a chunkserver holds: whole, still learning the content, or damaged. */
export type Holding = readonly [handle: Handle, version: Version, state: 'whole' | 'learning' | 'damaged'];

/** A replica becomes one of the new version: by what it holds, empty, from the primary, or as a copy of another chunk. */
export type Raise = {
  readonly type: 'raise';
  readonly handle: Handle;
  readonly version: Version;
  /** The version that is in force: replicas of an earlier one missed something. */
  readonly from: Version;
  readonly how: 'hold' | 'create' | 'learn' | 'copy';
  /** With `copy`, the chunk whose content it begins with; else the chunk itself. */
  readonly source: Handle;
};

export type FromMaster =
  | Raise
  /** Answers a heartbeat, or a raise: leases that last for `duration` from the moment that the answered message was sent. */
  | {
      readonly type: 'lease';
      readonly since: number;
      readonly duration: number;
      readonly grants: readonly Grant[];
      /** Replicas that nobody needs, as of these versions. */
      readonly garbage: readonly (readonly [Handle, Version])[];
    }
  | { readonly type: 'revoke'; readonly handle: Handle; readonly version: Version };

export type ToMaster =
  | {
      readonly type: 'heartbeat';
      readonly sentAt: number;
      readonly holds: readonly Holding[];
      /** The leases it believes to hold. */
      readonly leads: readonly Grant[];
    }
  | {
      readonly type: 'raised';
      readonly handle: Handle;
      readonly version: Version;
      readonly sentAt: number;
      readonly ok: boolean;
      readonly whole: boolean;
    }
  /** It will never again act as the primary of that version. */
  | { readonly type: 'given-up'; readonly handle: Handle; readonly version: Version }
  /** Replicas that owe their primary too much. */
  | {
      readonly type: 'drop';
      readonly handle: Handle;
      readonly version: Version;
      readonly failed: readonly NodeId[];
    };

export type FromPrimary =
  /** The first word of a version's primary: what comes after `commit` is `tail`, and nothing else. */
  | {
      readonly type: 'begin';
      readonly handle: Handle;
      readonly version: Version;
      readonly commit: number;
      readonly last: number;
      readonly tail: readonly Mutation[];
    }
  | {
      readonly type: 'prepare';
      readonly handle: Handle;
      readonly version: Version;
      readonly commit: number;
      readonly mutations: readonly Mutation[];
    }
  /** A piece of the content at `commit`, for a learner; the last one with all that comes after `commit`. */
  | {
      readonly type: 'install';
      readonly handle: Handle;
      readonly version: Version;
      readonly commit: number;
      readonly size: number;
      readonly offset: number;
      readonly data: Uint8Array;
      readonly sessions: readonly Session[];
      readonly tail: readonly Mutation[];
    };

export type ToPrimary =
  /** All up to `serial` is on the sender's disk. */
  | {
      readonly type: 'prepared';
      readonly handle: Handle;
      readonly version: Version;
      readonly serial: number;
    }
  /** The data pushed for the mutation `serial` is not there any more, or not yet. */
  | { readonly type: 'lacks'; readonly handle: Handle; readonly version: Version; readonly serial: number }
  /** A learner has the content up to `offset`. */
  | {
      readonly type: 'installed';
      readonly handle: Handle;
      readonly version: Version;
      readonly offset: number;
    };

/** A piece of data on its way along the replicas, and the word of the last one that all have it. */
export type Pushing =
  | {
      readonly type: 'push';
      readonly id: string;
      /** Of this piece, in all the data under this id. */
      readonly offset: number;
      readonly size: number;
      readonly data: Uint8Array;
      readonly chain: readonly NodeId[];
      readonly origin: NodeId;
    }
  | { readonly type: 'pushed'; readonly id: string; readonly offset: number };

export type Message = FromMaster | ToMaster | FromPrimary | ToPrimary | Pushing;

type Check = (json: Json | undefined) => boolean;

const isTime: Check = (json) => typeof json === 'number' && Number.isFinite(json);
const isFlag: Check = (json) => typeof json === 'boolean';
const isNode: Check = (json) => isText(json, 100);
const isId: Check = (json) => isText(json, 100);
const oneOf =
  (...words: readonly string[]): Check =>
  (json) =>
    typeof json === 'string' && words.includes(json);
const listOf =
  (check: Check): Check =>
  (json) =>
    isList(json) && json.every(check);
const tuple =
  (...checks: readonly Check[]): Check =>
  (json) =>
    isList(json) && json.length === checks.length && checks.every((check, at) => check(json[at]));
const isAnnounced = tuple(
  isCount,
  oneOf('write', 'append', 'pad'),
  isCount,
  isCount,
  isCount,
  (json) => json === null || isCount(json),
);
export const isSession: Check = tuple(isCount, isCount, isCount);
const isGrant = tuple(isCount, isCount, listOf(isNode), listOf(isNode));
const ofChunk = { handle: isCount, version: isCount };

const fields: { readonly [type in Message['type']]: { readonly [field: string]: Check } } = {
  raise: { ...ofChunk, from: isCount, how: oneOf('hold', 'create', 'learn', 'copy'), source: isCount },
  lease: {
    since: isTime,
    duration: isTime,
    grants: listOf(isGrant),
    garbage: listOf(tuple(isCount, isCount)),
  },
  revoke: ofChunk,
  heartbeat: {
    sentAt: isTime,
    holds: listOf(tuple(isCount, isCount, oneOf('whole', 'learning', 'damaged'))),
    leads: listOf(isGrant),
  },
  raised: { ...ofChunk, sentAt: isTime, ok: isFlag, whole: isFlag },
  'given-up': ofChunk,
  drop: { ...ofChunk, failed: listOf(isNode) },
  begin: { ...ofChunk, commit: isCount, last: isCount, tail: listOf(isAnnounced) },
  prepare: { ...ofChunk, commit: isCount, mutations: listOf(isAnnounced) },
  install: {
    ...ofChunk,
    commit: isCount,
    size: isCount,
    offset: isCount,
    sessions: listOf(isSession),
    tail: listOf(isAnnounced),
  },
  prepared: { ...ofChunk, serial: isCount },
  lacks: { ...ofChunk, serial: isCount },
  installed: { ...ofChunk, offset: isCount },
  push: { id: isId, offset: isCount, size: isCount, chain: listOf(isNode), origin: isNode },
  pushed: { id: isId, offset: isCount },
};

/** Undefined for what is no message of the protocol, or has other data than it says. */
export function parseMessage(json: AnyMessage): Message | undefined {
  if (!isArrived(json)) return undefined;
  const beside = bytesOf(json) ?? NOTHING;
  let taken = 0;
  const take = (size: number): Uint8Array => beside.subarray(taken, (taken += size));
  const mutationsOf = (announced: readonly Announced[]): Mutation[] =>
    announced.map(([serial, kind, offset, client, seq, size]) => [
      serial,
      kind,
      offset,
      client,
      seq,
      size === null ? null : take(size),
    ]);
  const message = ((): Message | undefined => {
    switch (json.type) {
      case 'push':
        if (!isPieceOf(json.size, json.offset, beside.length)) return undefined;
        return { ...json, data: take(beside.length) };
      case 'begin':
        return { ...json, tail: mutationsOf(json.tail) };
      case 'prepare':
        return { ...json, mutations: mutationsOf(json.mutations) };
      case 'install': {
        const own = beside.length - sizeOf(json.tail);
        return { ...json, data: take(Math.max(0, own)), tail: mutationsOf(json.tail) };
      }
      default:
        return json;
    }
  })();
  return taken === beside.length ? message : undefined;
}

/** The same message as it travels. */
export function travelling(message: Message): AnyMessage {
  switch (message.type) {
    case 'push': {
      const { data, ...rest } = message;
      return { ...rest, bytes: data };
    }
    case 'begin':
      return beside({ ...message, tail: message.tail.map(announced) }, dataOf(message.tail));
    case 'prepare': {
      const { mutations } = message;
      return beside({ ...message, mutations: mutations.map(announced) }, dataOf(mutations));
    }
    case 'install': {
      const { data, tail, ...rest } = message;
      return beside({ ...rest, tail: tail.map(announced) }, [data, ...dataOf(tail)]);
    }
    default:
      return message;
  }
}

const NOTHING = new Uint8Array(0);

function announced([serial, kind, offset, client, seq, data]: Mutation): Announced {
  return [serial, kind, offset, client, seq, data === null ? null : data.length];
}

function dataOf(mutations: readonly Mutation[]): readonly Uint8Array[] {
  return mutations.flatMap(([, , , , , data]) => (data === null ? [] : [data]));
}

function sizeOf(mutations: readonly Announced[]): number {
  return mutations.reduce((total, [, , , , , size]) => total + (size ?? 0), 0);
}

function beside(json: { readonly [key: string]: Json }, data: readonly Uint8Array[]): AnyMessage {
  return data.length === 0 ? json : { ...json, bytes: joined(data) };
}

/** A message as it travels, apart from its bytes. */
type Arrived<Kind = Message> = Kind extends { readonly type: 'push' }
  ? Omit<Kind, 'data'>
  : Kind extends { readonly type: 'begin' }
    ? Omit<Kind, 'tail'> & { readonly tail: readonly Announced[] }
    : Kind extends { readonly type: 'prepare' }
      ? Omit<Kind, 'mutations'> & { readonly mutations: readonly Announced[] }
      : Kind extends { readonly type: 'install' }
        ? Omit<Kind, 'data' | 'tail'> & { readonly tail: readonly Announced[] }
        : Kind;

function isArrived(json: AnyMessage): json is Arrived {
  if (!isObject(json) || typeof json.type !== 'string' || !Object.hasOwn(fields, json.type)) return false;
  const checks = Object.entries(fields[json.type as Message['type']]);
  return checks.every(([field, check]) => check(json[field]));
}
