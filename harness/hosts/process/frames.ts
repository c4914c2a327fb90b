/**
 * Framing: four bytes of length, big-endian, then that many bytes. The ends read what is in a frame
 * (`wire.ts`); the link fabric between them only needs to know where one ends.
 */
export const HEADER = 4;

/** No frame is longer; a length beyond it is taken for garbage. */
export const MAX_FRAME = 8 * 1024 * 1024;

const SLAB = 64 * 1024;
const NOTHING = Buffer.alloc(0);

export function fitsFrame(text: string): boolean {
  // Three bytes is the most that UTF-8 needs for one UTF-16 unit.
  return text.length * 3 <= MAX_FRAME || Buffer.byteLength(text) <= MAX_FRAME;
}

/** Collects frames until they are written to a socket in one piece. */
export class FrameWriter {
  #slab = NOTHING;
  #start = 0;
  #end = 0;

  /** Bytes that wait for `take`. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Adds one frame; false, and nothing is added, when it would be longer than `MAX_FRAME`. */
  push(text: string): boolean {
    if (!fitsFrame(text)) return false;
    this.#reserve(HEADER + text.length * 3);
    const length = this.#slab.write(text, this.#end + HEADER);
    this.#slab.writeUInt32BE(length, this.#end);
    this.#end += HEADER + length;
    return true;
  }

  /** Everything pushed since the last `take`. The bytes are the caller's: they are not written again. */
  take(): Buffer {
    const taken = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return taken;
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
    if (this.#held + chunk.length < this.#needed || this.#malformed) {
      this.#hold(chunk);
      return NOTHING;
    }
    const bytes = this.#held === 0 ? chunk : Buffer.concat([...this.#parts, chunk]);
    this.#parts = [];
    this.#held = 0;
    let end = 0;
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
    if (end === bytes.length) return bytes;
    this.#hold(bytes.subarray(end));
    return bytes.subarray(0, end);
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

/** Where the first frame of a run of whole frames ends. */
export function frameEnd(run: Buffer, start: number): number {
  return start + HEADER + run.readUInt32BE(start);
}
