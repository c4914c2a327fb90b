/** A file's bytes, which grow at the end: an append costs what it adds, not what is there. */
const FIRST = 256;

export class Bytes {
  #buffer: Uint8Array;
  #length: number;
  /** Whether the buffer is only ours: what was given is never written to. */
  #isOwn = false;

  constructor(initial: Uint8Array = new Uint8Array(0)) {
    this.#buffer = initial;
    this.#length = initial.length;
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length || !this.#isOwn) {
      const larger = new Uint8Array(Math.max(FIRST, 2 * this.#buffer.length, length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
      this.#isOwn = true;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  truncate(size: number): void {
    this.#length = Math.min(this.#length, size);
  }

  flip(offset: number, bit: number): void {
    this.#buffer = this.copy();
    this.#isOwn = true;
    this.#buffer[offset] = this.#buffer[offset]! ^ (1 << bit);
  }

  copy(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }
}
