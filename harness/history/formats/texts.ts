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

const QUOTES = 0x22222222;
const ONES = 0x01010101;
const HIGHS = 0x80808080;
/** Of four bytes, the first ones up to and with this one. */
const UP_TO = [0xff, 0xffff, 0xffffff, -1] as const;

/**
 * The same for texts of up to seven bytes, which most are, in a line as it is: those and the quote behind
 * them are two numbers, found at once, with nothing left to compare.
 */
export class ShortTexts {
  readonly #low = new Int32Array(SLOTS);
  readonly #high = new Int32Array(SLOTS);
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');
  /** What was not found last, and where it belongs. */
  #slot = 0;
  #wantedLow = 0;
  #wantedHigh = 0;

  /** The text that begins there, if it was seen not long ago; `end` of the view. */
  find(view: DataView, end: number, from: number): string | undefined {
    this.#wantedLow = 0;
    if (from + 8 > end) return undefined;
    let low = view.getInt32(from, true);
    let high = 0;
    let quotes = quotesIn(low);
    if (quotes !== 0) low &= upToFirst(quotes);
    else {
      high = view.getInt32(from + 4, true);
      quotes = quotesIn(high);
      if (quotes === 0) return undefined;
      high &= upToFirst(quotes);
    }
    const slot = slotOf(low, high);
    if (this.#low[slot] === low && this.#high[slot] === high) return this.#texts[slot];
    this.#slot = slot;
    this.#wantedLow = low;
    this.#wantedHigh = high;
    return undefined;
  }

  /** Is what was looked for last a text that belongs here? */
  get wants(): boolean {
    return this.#wantedLow !== 0;
  }

  /** It: plain ASCII, as it stands for itself. */
  keep(text: string): void {
    this.#low[this.#slot] = this.#wantedLow;
    this.#high[this.#slot] = this.#wantedHigh;
    this.#texts[this.#slot] = text;
  }
}

/** The highest bits of bytes that are quotes; of the first one for certain, of those behind it perhaps wrongly. */
function quotesIn(bytes: number): number {
  const others = bytes ^ QUOTES;
  return (others - ONES) & ~others & HIGHS;
}

function upToFirst(quotes: number): number {
  return UP_TO[(31 - Math.clz32(quotes & -quotes)) >> 3]!;
}

function slotOf(low: number, high: number): number {
  const hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
