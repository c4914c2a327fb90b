/**
 * Framing: four bytes of length, big-endian, then that many bytes. The ends read what is in a frame
 * (`wire.ts`); the link fabric between them only needs to know where one ends.
 */
export const HEADER = 4;

/** No frame is longer; a length beyond it is taken for garbage. */
export const MAX_FRAME = 8 * 1024 * 1024;

const SLAB = 64 * 1024;
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
  // A copy: whoever keeps a few bytes must not keep all that arrived with them.
  return { text: content.toString('utf8', PREAMBLE, end), bytes: new Uint8Array(content.subarray(end)) };
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
  push(payload: Payload): boolean {
    if (!fitsFrame(payload)) return false;
    this.#reserve(HEADER + atMost(payload));
    const length = this.#write(payload, this.#end + HEADER);
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

  #write(payload: Payload, at: number): number {
    if (typeof payload === 'string') return this.#slab.write(payload, at);
    const length = this.#slab.write(payload.text, at + PREAMBLE);
    this.#slab[at] = WITH_BYTES;
    this.#slab.writeUInt32BE(length, at + 1);
    this.#slab.set(payload.bytes, at + PREAMBLE + length);
    return PREAMBLE + length + payload.bytes.length;
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
