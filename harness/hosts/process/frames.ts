/**
 * Framing: four bytes of length, big-endian, then that many bytes. The ends read what is in a frame
 * (`wire.ts`); the link fabric between them only needs to know where one ends.
 */
import type { Writable } from 'node:stream';

export const HEADER = 4;

/** No frame is longer; a length beyond it is taken for garbage. */
export const MAX_FRAME = 8 * 1024 * 1024;

const SLAB = 64 * 1024;
/** Bytes of a message from here on are written from where they are; shorter ones are copied behind their text. */
const BY_REFERENCE = 16 * 1024;
/** Bytes read from a frame are a copy, unless what arrived with them is no more than so many times as long. */
const WASTE = 2;
const NOTHING = Buffer.alloc(0);

/** What is in a frame: text; or text with bytes, behind a byte that no text of ours begins with. */
export type Payload = string | { readonly text: string; readonly bytes: Uint8Array };

/** Begins a frame with bytes: this, the length of the text in four bytes, the text, the bytes. */
const WITH_BYTES = 0;
const PREAMBLE = 5;

export function fitsFrame(payload: Payload): boolean {
  // Three bytes is the most that UTF-8 needs for one UTF-16 unit.
  return atMost(payload) <= MAX_FRAME || exactly(payload) <= MAX_FRAME;
}

/** The size of a frame's content: no less than this, no more than this, just this. */
export function atLeast(payload: Payload): number {
  if (typeof payload === 'string') return payload.length;
  return PREAMBLE + payload.text.length + payload.bytes.length;
}

function atMost(payload: Payload): number {
  if (typeof payload === 'string') return payload.length * 3;
  return PREAMBLE + payload.text.length * 3 + payload.bytes.length;
}

function exactly(payload: Payload): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return PREAMBLE + Buffer.byteLength(payload.text) + payload.bytes.length;
}

/** The two parts of a frame's content; undefined where the lengths are wrong. */
export function partsOf(content: Buffer): { readonly text: string; readonly bytes?: Uint8Array } | undefined {
  if (content[0] !== WITH_BYTES) return { text: content.toString('utf8') };
  if (content.length < PREAMBLE) return undefined;
  const end = PREAMBLE + content.readUInt32BE(1);
  if (end > content.length) return undefined;
  return { text: content.toString('utf8', PREAMBLE, end), bytes: keepable(content.subarray(end)) };
}

/** Whoever keeps a few bytes must not keep all that arrived with them. */
function keepable(bytes: Buffer): Uint8Array {
  const isMost = bytes.length * WASTE >= bytes.buffer.byteLength;
  return isMost ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}

/** Collects frames until they are written to a socket together. */
export class FrameWriter {
  /** What goes before that which stands in the slab. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #slab = NOTHING;
  #start = 0;
  #end = 0;

  /** Bytes that wait for `take`. */
  get size(): number {
    return this.#pieceBytes + this.#end - this.#start;
  }

  /**
   * Adds one frame; false, and nothing is added, when it would be longer than `MAX_FRAME`. Bytes in it must
   * not change any more.
   */
  push(payload: Payload): boolean {
    if (!fitsFrame(payload)) return false;
    if (typeof payload === 'string') {
      this.#reserve(HEADER + payload.length * 3);
      this.#frame(this.#slab.write(payload, this.#end + HEADER));
      return true;
    }
    const { text, bytes } = payload;
    const isShort = bytes.length < BY_REFERENCE;
    this.#reserve(HEADER + PREAMBLE + text.length * 3 + (isShort ? bytes.length : 0));
    const at = this.#end + HEADER;
    const length = this.#slab.write(text, at + PREAMBLE);
    this.#slab[at] = WITH_BYTES;
    this.#slab.writeUInt32BE(length, at + 1);
    if (isShort) this.#slab.set(bytes, at + PREAMBLE + length);
    this.#frame(PREAMBLE + length + (isShort ? bytes.length : 0), isShort ? undefined : bytes);
    return true;
  }

  /** Everything pushed since the last `take`, in order. The bytes are the caller's: they are not written again. */
  take(): readonly Uint8Array[] {
    this.#endPiece();
    const taken = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return taken;
  }

  /** What stands behind the end of the slab, so long, is a frame's content, with `rest` behind it. */
  #frame(length: number, rest?: Uint8Array): void {
    this.#slab.writeUInt32BE(length + (rest?.length ?? 0), this.#end);
    this.#end += HEADER + length;
    if (rest === undefined) return;
    this.#endPiece();
    this.#pieces.push(rest);
    this.#pieceBytes += rest.length;
  }

  #endPiece(): void {
    if (this.#end === this.#start) return;
    this.#pieces.push(this.#slab.subarray(this.#start, this.#end));
    this.#pieceBytes += this.#end - this.#start;
    this.#start = this.#end;
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#end >= bytes) return;
    const pending = this.#slab.subarray(this.#start, this.#end);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB, (pending.length + bytes) * 2));
    pending.copy(this.#slab);
    this.#start = 0;
    this.#end = pending.length;
  }
}

/** Cuts a byte stream into runs of whole frames, whatever pieces it arrives in. */
export class FrameAssembler {
  #parts: Buffer[] = [];
  #held = 0;
  #needed = HEADER;
  #malformed = false;

  /** A length beyond `MAX_FRAME` was met. From there on `push` returns nothing; `rest` has the bytes. */
  get malformed(): boolean {
    return this.#malformed;
  }

  /** Bytes of a frame that is not whole yet. */
  get held(): number {
    return this.#held;
  }

  /** The whole frames, headers included, that end in `chunk`; empty when none does. */
  push(chunk: Buffer): Buffer {
    return runOf(this.pieces(chunk));
  }

  /** The same in the pieces in which it arrived. */
  pieces(chunk: Buffer): readonly Buffer[] {
    if (this.#held + chunk.length < this.#needed || this.#malformed) {
      this.#hold(chunk);
      return [];
    }
    const isInHeader = this.#held > 0 && this.#held < HEADER;
    const bytes = isInHeader ? Buffer.concat([...this.#parts, chunk]) : chunk;
    const before = isInHeader ? [] : this.#parts;
    let end = isInHeader || this.#held === 0 ? 0 : this.#needed - this.#held;
    this.#parts = [];
    this.#held = 0;
    let needed = HEADER;
    while (bytes.length - end >= HEADER) {
      const length = bytes.readUInt32BE(end);
      if (length > MAX_FRAME) {
        this.#malformed = true;
        break;
      }
      needed = HEADER + length;
      if (bytes.length - end < needed) break;
      end += needed;
      needed = HEADER;
    }
    this.#needed = needed;
    this.#hold(bytes.subarray(end));
    return end === 0 ? [] : [...before, bytes.subarray(0, end)];
  }

  /** Takes out what is held: the beginning of a frame, or what follows a malformed length. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    return rest;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#held += bytes.length;
  }
}

/** Pieces in one. */
export function runOf(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return pieces.length > 1 ? Buffer.concat(pieces) : (only ?? NOTHING);
}

/** Gives the pieces to the socket at once; false when they are to be the last until it drains. */
export function writeAll(socket: Writable, pieces: readonly Uint8Array[]): boolean {
  let goesOn = true;
  socket.cork();
  for (const piece of pieces) goesOn = socket.write(piece);
  socket.uncork();
  return goesOn;
}

/** Where the first frame of a run of whole frames ends. */
export function frameEnd(run: Buffer, start: number): number {
  return start + HEADER + run.readUInt32BE(start);
}
