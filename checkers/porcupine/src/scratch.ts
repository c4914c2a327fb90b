/**
 * Room for the numbers of a check, used again for the next one. Made anew each time they would be collected,
 * and what collects them looks at the whole history on its way, which takes longer than deciding it.
 *
 * Some are needed to the end of the check, most while one partition is decided.
 */
export class Scratch {
  #buffer: ArrayBuffer;
  #used = 0;
  /** Up to here it is needed to the end. */
  #kept = 0;
  #lease = 0;

  /** `bytes`: about so many; there may be more. */
  constructor(bytes: number) {
    this.#buffer = new ArrayBuffer(Math.max(bytes, 1024));
  }

  get bytes(): number {
    return this.#buffer.byteLength;
  }

  /** What was taken so far stays as it is, whatever begins. */
  keep(): void {
    this.#kept = this.#used;
  }

  /** All else is free again. Arrays that were taken before are not to be looked at from now on. */
  begin(): void {
    this.#used = this.#kept;
    this.#lease++;
  }

  /** Nothing is needed any more. */
  clear(): void {
    this.#kept = 0;
    this.begin();
  }

  /** As long as it is the same, arrays are what they were. */
  get lease(): number {
    return this.#lease;
  }

  /** What `work` takes is free again after it. */
  within<T>(work: () => T): T {
    const buffer = this.#buffer;
    const used = this.#used;
    try {
      return work();
    } finally {
      // What was taken before is in another buffer if there was not enough room.
      this.#used = buffer === this.#buffer ? used : 0;
    }
  }

  int32(length: number, value = 0): Int32Array {
    return this.rawInt32(length).fill(value);
  }

  float64(length: number, value = 0): Float64Array {
    return this.rawFloat64(length).fill(value);
  }

  uint8(length: number): Uint8Array {
    return this.rawUint8(length).fill(0);
  }

  /** With whatever is in it, for who writes all of it. */
  rawInt32(length: number): Int32Array {
    const at = this.#take(Int32Array.BYTES_PER_ELEMENT * length);
    return new Int32Array(this.#buffer, at, length);
  }

  rawFloat64(length: number): Float64Array {
    const at = this.#take(Float64Array.BYTES_PER_ELEMENT * length);
    return new Float64Array(this.#buffer, at, length);
  }

  rawUint8(length: number): Uint8Array {
    const at = this.#take(length);
    return new Uint8Array(this.#buffer, at, length);
  }

  /** Where they begin in the buffer that is there then. */
  #take(bytes: number): number {
    if (this.#used + bytes > this.#buffer.byteLength) {
      // What is kept stays where it is.
      this.#buffer = new ArrayBuffer(Math.max(2 * this.#buffer.byteLength, bytes));
      this.#used = 0;
      this.#kept = 0;
    }
    const at = this.#used;
    // The next may be of doubles.
    this.#used += (bytes + 7) & ~7;
    return at;
  }
}

/** From the last check, while nobody needs the memory for anything else. */
let spare: WeakRef<Scratch> | undefined;

/** `bytes`: about so many are needed. */
export function withScratch<T>(bytes: number, work: (scratch: Scratch) => T): T {
  const found = spare?.deref();
  const scratch = found && found.bytes >= bytes ? found : new Scratch(bytes);
  // One check within another has its own.
  spare = undefined;
  try {
    return work(scratch);
  } finally {
    scratch.clear();
    spare = new WeakRef(scratch);
  }
}
