/**
 * What nodes and clients say to each other: one JSON array a frame, and the bytes of a message behind it.
 *
 *   dialler → node   ["hello", <node id, or "clients">]            first, once
 *   node → clients   ["welcome"]                                   answers a client's hello
 *   node → node      ["message", <message>]                        one way, on the sender's connection
 *   clients → node   ["request", <id>, <body>]
 *   node → clients   ["reply", <id>, <response>]
 *
 * A client sends requests only after the welcome. So what it asked of a node that refuses connections
 * was certainly never sent, and ends as `not-sent` where it would otherwise be a doubt.
 */
import { bytesOf, type Message } from '../../../systems/contract.ts';
import { FrameAssembler, HEADER, MAX_FRAME, frameEnd, partsOf, type Payload } from './frames.ts';

export type Frame =
  | { readonly kind: 'hello'; readonly from: string }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'request'; readonly id: number; readonly body: Message }
  | { readonly kind: 'reply'; readonly id: number; readonly body: Message };

export const hello = (from: string): string => JSON.stringify(['hello', from]);
export const welcome = '["welcome"]';
export const message = (body: Message): Payload => payload('["message",', body);
export const request = (id: number, body: Message): Payload => payload(`["request",${id},`, body);
export const reply = (id: number, body: Message): Payload => payload(`["reply",${id},`, body);

function payload(head: string, body: Message): Payload {
  const bytes = bytesOf(body);
  // `undefined` isn't in `Message`, but a system in plain JavaScript can produce it.
  if (bytes === undefined) return `${head}${JSON.stringify(body) ?? 'null'}]`;
  return { text: `${head}${JSON.stringify({ ...(body as object), bytes: null })}]`, bytes };
}

/** What arrived is not what this protocol says; the connection is of no more use. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads frames out of a byte stream. */
export class FrameReader {
  readonly #assembler = new FrameAssembler();

  /**
   * Hands each frame that `chunk` completes to `onFrame`, in order, until `onFrame` returns false.
   * Throws a `WireError` at the first one that isn't a frame of ours; those before it were handed over.
   */
  push(chunk: Buffer, onFrame: (frame: Frame) => boolean): void {
    const run = this.#assembler.push(chunk);
    for (let start = 0; start < run.length;) {
      const end = frameEnd(run, start);
      const parts = partsOf(run.subarray(start + HEADER, end));
      if (parts === undefined) throw new WireError('a frame whose text is longer than itself');
      if (!onFrame(parse(parts.text, parts.bytes))) return;
      start = end;
    }
    if (this.#assembler.malformed) throw new WireError(`a frame longer than ${MAX_FRAME} bytes`);
  }
}

function parse(text: string, bytes: Uint8Array | undefined): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    throw new WireError('a frame that is not JSON');
  }
  if (!Array.isArray(frame)) throw new WireError('a frame that is not an array');
  const [kind, first, second]: unknown[] = frame;
  switch (kind) {
    case 'hello':
      if (frame.length === 2 && typeof first === 'string') return { kind, from: first };
      break;
    case 'welcome':
      if (frame.length === 1) return { kind };
      break;
    case 'message':
      if (frame.length === 2) return { kind, message: joined(first, bytes) };
      break;
    case 'request':
    case 'reply':
      if (frame.length === 3 && Number.isSafeInteger(first)) {
        return { kind, id: first as number, body: joined(second, bytes) };
      }
      break;
    default:
      throw new WireError('a frame of an unknown type');
  }
  throw new WireError(`a malformed ${kind}`);
}

/** A message as it was sent, its bytes in their place. */
function joined(json: unknown, bytes: Uint8Array | undefined): Message {
  if (bytes === undefined) return json as Message;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WireError('bytes with what is no object');
  }
  return { ...json, bytes };
}
