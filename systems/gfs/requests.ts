/** What clients ask and what they are told, on the wire: the one place that both ends share. */
import { bytesOf, type Json, type Message, type NodeId } from '../contract.ts';
import { areCounts, isCount, isList, isObject, isText } from '../json.ts';
import { isPieceOf } from './pieces.ts';
import type { ClientId, Handle, Version } from './messages.ts';

/** Longer paths are refused. */
const MAX_PATH = 1024;
/** A client splits what is longer; no message can get near the largest frame. */
export const MAX_PIECE = 1_048_576;
/** Mutations that are ordered at one request. Twice as many must fit a frame: a new primary's first word. */
export const MAX_ORDERED = 3;

/** Who asks, and for the how-manieth time: the same (client, seq) takes effect once, where that is promised. */
export type Asker = {
  readonly client: ClientId;
  readonly seq: number;
  readonly attempt: number;
};

export type NameChange =
  | { readonly f: 'create' | 'delete'; readonly path: string }
  | { readonly f: 'rename' | 'snapshot'; readonly path: string; readonly to: string };

export type MasterRequest =
  | (NameChange & Asker)
  | { readonly f: 'list' }
  | {
      readonly f: 'locate';
      readonly path: string;
      /** Which chunk of the file; -1 is its last. */
      readonly index: number;
      readonly for: 'read' | 'mutate';
      /** Makes the file if there is none. */
      readonly create: boolean;
    };

export type ChunkRequest =
  | {
      readonly f: 'push';
      readonly id: string;
      /** Of this piece, in all the data under this id. */
      readonly offset: number;
      readonly size: number;
      readonly data: Uint8Array;
      readonly chain: readonly NodeId[];
    }
  | (Asker & {
      readonly f: 'write' | 'append';
      readonly handle: Handle;
      readonly version: Version;
      /** Of an append nothing: the primary chooses. */
      readonly offset: number;
      /**
       * How long the data is that was pushed for it. Of a write that is several mutations, one behind the other:
       * for each; the last one has this number, and those before it the numbers before. The answer is the number
       * of the last one that was done; of an append, its offset.
       */
      readonly sizes: readonly number[];
    })
  | {
      readonly f: 'read';
      readonly handle: Handle;
      readonly version: Version;
      readonly offset: number;
      readonly length: number;
    };

/** Where a chunk is. Without `handle` the file has no such chunk. */
export type Location = {
  /** How many chunks the file has, holes included. */
  readonly count: number;
  readonly index: number;
  readonly handle: Handle | null;
  readonly version: Version;
  readonly primary: NodeId | null;
  readonly replicas: readonly NodeId[];
};

/** The answer of a chunkserver to a read. */
export type Piece = { readonly data: Uint8Array; /** Of the chunk. */ readonly length: number };

/** Refusals: the request had no effect and never will. The last three are the file system's own word. */
export type Refusal =
  | 'bad-request'
  | 'not-master'
  | 'not-chunkserver'
  | 'unavailable'
  | 'overloaded'
  | 'not-primary'
  | 'stale-version'
  | 'no-data'
  | 'late'
  | 'full'
  | 'no-such-file'
  | 'exists';

const refusals: { readonly [refusal in Refusal]: true } = {
  'bad-request': true,
  'not-master': true,
  'not-chunkserver': true,
  unavailable: true,
  overloaded: true,
  'not-primary': true,
  'stale-version': true,
  'no-data': true,
  late: true,
  full: true,
  'no-such-file': true,
  exists: true,
};

export type Response =
  | { readonly ok: Json }
  /** With what was read. */
  | { readonly ok: Json; readonly bytes: Uint8Array }
  | { readonly refused: Refusal }
  /** It may have had an effect, or may yet. */
  | { readonly unknown: string };

export function parseResponse(body: Message): Response | undefined {
  if (!isObject(body)) return undefined;
  const bytes = bytesOf(body);
  if (body.ok !== undefined) return bytes === undefined ? { ok: body.ok } : { ok: body.ok, bytes };
  if (typeof body.unknown === 'string') return { unknown: body.unknown };
  return isRefusal(body.refused) ? { refused: body.refused } : undefined;
}

function isRefusal(json: Json | undefined): json is Refusal {
  return typeof json === 'string' && Object.hasOwn(refusals, json);
}

export function isLocation(json: Json): json is Location {
  return (
    isObject(json) &&
    isCount(json.count) &&
    isCount(json.index) &&
    (json.handle === null || isCount(json.handle)) &&
    isCount(json.version) &&
    (json.primary === null || isText(json.primary, 100)) &&
    isList(json.replicas) &&
    json.replicas.every((node) => isText(node, 100))
  );
}

/** Undefined where it is no answer to a read. */
export function pieceIn(response: Response | undefined): Piece | undefined {
  if (response === undefined || !('ok' in response) || !('bytes' in response)) return undefined;
  const { ok, bytes: data } = response;
  return isObject(ok) && isCount(ok.length) ? { data, length: ok.length } : undefined;
}

export function isMasterRequest(body: Message): body is MasterRequest {
  if (!isObject(body)) return false;
  switch (body.f) {
    case 'list':
      return true;
    case 'locate':
      return (
        isPath(body.path) &&
        (body.index === -1 || isCount(body.index)) &&
        (body.for === 'read' || body.for === 'mutate') &&
        typeof body.create === 'boolean'
      );
    case 'create':
    case 'delete':
      return isPath(body.path) && isAsker(body);
    case 'rename':
    case 'snapshot':
      return isPath(body.path) && isPath(body.to) && isAsker(body);
    default:
      return false;
  }
}

/** Data that is pushed comes as bytes beside the request, and is its `data` from here on. */
export function chunkRequestIn(body: Message): ChunkRequest | undefined {
  if (!isArrived(body)) return undefined;
  if (body.f !== 'push') return body;
  const data = bytesOf(body);
  if (data === undefined || !isPieceOf(body.size, body.offset, data.length)) return undefined;
  return { ...body, data };
}

type Push = ChunkRequest & { readonly f: 'push' };

/** A request as it travels, apart from its bytes. */
function isArrived(body: Message): body is Exclude<ChunkRequest, Push> | Omit<Push, 'data'> {
  if (!isObject(body)) return false;
  switch (body.f) {
    case 'push':
      return (
        isText(body.id, 100) &&
        isCount(body.offset) &&
        isCount(body.size) &&
        body.size <= MAX_PIECE &&
        isList(body.chain) &&
        body.chain.length <= 16 &&
        body.chain.every((node) => isText(node, 100))
      );
    case 'write':
    case 'append':
      return (
        isCount(body.handle) &&
        isCount(body.version) &&
        isCount(body.offset) &&
        areCounts(body.sizes) &&
        body.sizes.length >= 1 &&
        body.sizes.length <= (body.f === 'append' ? 1 : MAX_ORDERED) &&
        isAsker(body)
      );
    case 'read':
      return (
        isCount(body.handle) &&
        isCount(body.version) &&
        isCount(body.offset) &&
        isCount(body.length) &&
        body.length <= MAX_PIECE
      );
    default:
      return false;
  }
}

function isPath(json: Json | undefined): boolean {
  return isText(json, MAX_PATH);
}

function isAsker(json: { readonly [key: string]: Json }): boolean {
  return isCount(json.client) && isCount(json.seq) && isCount(json.attempt);
}
