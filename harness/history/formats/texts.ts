/**
 * One string for the same bytes, where they were seen not long ago: functions and keys recur in every
 * line, and a value that is written is read again. A fixed table; what falls into a taken slot replaces it.
 */
const SLOTS = 1 << 14;
/** Longer ones are seldom seen twice. */
const MAX_BYTES = 32;

/** The hash of bytes, one after the other; it begins with 0. */
export function mix(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

export class Texts {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('');

  /** Of ASCII bytes and their hash. */
  of(buffer: Buffer, from: number, to: number, hash: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > MAX_BYTES) return buffer.toString('latin1', from, to);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[slot]!;
    if (known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === buffer[from + i]) i++;
      if (i === length) return known;
    }
    return (this.#slots[slot] = buffer.toString('latin1', from, to));
  }
}
