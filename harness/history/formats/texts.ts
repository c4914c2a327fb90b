/**
 * One string for the same bytes, where they were seen not long ago: functions and keys recur in every
 * line, and a value that is written is read again. A fixed table; what falls into a taken slot replaces it.
 */
const SLOTS = 1 << 14;
/** Longer ones are seldom seen twice. */
const MAX_BYTES = 32;

export class Texts {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('');

  /** Of ASCII bytes. */
  of(buffer: Uint8Array, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > MAX_BYTES) return ascii(buffer, from, to);
    let hash = length;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ buffer[at]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[slot]!;
    if (known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === buffer[from + i]) i++;
      if (i === length) return known;
    }
    return (this.#slots[slot] = ascii(buffer, from, to));
  }
}

function ascii(buffer: Uint8Array, from: number, to: number): string {
  return Buffer.from(buffer.buffer, buffer.byteOffset + from, to - from).toString('latin1');
}
