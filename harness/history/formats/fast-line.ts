/**
 * Ops straight from bytes, for lines in exactly the shape that our writer gives nearly all of them:
 * members in its order, texts in plain ASCII, integers of up to 15 digits, lists of such. Anything else is
 * no error here: `undefined`, and the line goes to the full reader. So this reads no line that the full
 * reader would refuse, and reads it alike.
 */
import type { Json, Op, OpType, ProcessId } from '../op.ts';
import { mix, ShortTexts, Texts } from './texts.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const END = 125;
/** Bytes that stand for themselves in a text. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte < 127 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
/** More could be past 2^53. */
const MAX_DIGITS = 15;

/**
 * What is the same in every line, which is most of it, eight bytes at a time. As doubles, since those are
 * compared in one go; of ASCII characters no two pairs of four are the same double.
 */
class Literal {
  readonly length: number;
  readonly first: number;
  /** Where the last eight begin; they may overlap with the first. */
  readonly tail: number;
  readonly last: number;

  /** ASCII, eight characters to sixteen. */
  constructor(text: string) {
    const bytes = Buffer.from(text);
    this.length = bytes.length;
    this.first = bytes.readDoubleLE(0);
    this.tail = bytes.length - 8;
    this.last = bytes.readDoubleLE(this.tail);
  }
}

const INDEX = new Literal('{"index":');
const TIME = new Literal(',"time":');
const PROCESS = new Literal(',"process":');
const TYPE = new Literal(',"type":"');
const TYPES: readonly (readonly [OpType, Literal])[] = (['invoke', 'ok', 'fail', 'info'] as const).map(
  (type) => [type, new Literal(`${type}","f":"`)],
);
const KEY = new Literal(',"key":"');
const VALUE = new Literal(',"value":');
const NODE = new Literal(',"node":"');
const ERROR = new Literal(',"error":"');
const WORDS: readonly (readonly [Json, Uint8Array])[] = ([null, true, false] as const).map((word) => [
  word,
  Buffer.from(String(word)),
]);

/** Where something is not in the shape, a flag is set, as exceptions are slow. */
export class FastLine {
  readonly #texts = new Texts();
  readonly #short = new ShortTexts();
  #buffer: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #length = 0;
  #at = 0;
  #other = false;

  /** What is read from now on; it may be filled with other bytes later. */
  open(buffer: Buffer): void {
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#length = buffer.length;
  }

  /** Where the op ends that was read last. */
  get end(): number {
    return this.#at;
  }

  /** The op that begins at `from`; what comes after it is not looked at. */
  read(from: number): Op | undefined {
    const view = this.#view;
    const end = this.#length;
    this.#other = false;
    if (!isAt(INDEX, view, end, from)) return undefined;
    const index = this.#integer(from + INDEX.length);
    if (!isAt(TIME, view, end, this.#at)) return undefined;
    const time = this.#integer(this.#at + TIME.length);
    if (!isAt(PROCESS, view, end, this.#at)) return undefined;
    const process = this.#process(this.#at + PROCESS.length);
    if (!isAt(TYPE, view, end, this.#at)) return undefined;
    const type = this.#type(this.#at + TYPE.length);
    if (type === undefined) return undefined;
    const f = this.#text(this.#at);
    const key = isAt(KEY, view, end, this.#at) ? this.#text(this.#at + KEY.length) : undefined;
    const value = isAt(VALUE, view, end, this.#at) ? this.#value(this.#at + VALUE.length) : undefined;
    const node = isAt(NODE, view, end, this.#at) ? this.#text(this.#at + NODE.length) : undefined;
    const error = isAt(ERROR, view, end, this.#at) ? this.#text(this.#at + ERROR.length) : undefined;
    if (this.#other || this.#buffer[this.#at++] !== END) return undefined;
    return made(index, time, process, type, f, key, value, node, error);
  }

  /** With the name of the member after it. */
  #type(at: number): OpType | undefined {
    for (const [type, literal] of TYPES) {
      if (!isAt(literal, this.#view, this.#length, at)) continue;
      this.#at = at + literal.length;
      return type;
    }
    return undefined;
  }

  #integer(from: number): number {
    const buffer = this.#buffer;
    const negative = buffer[from] === MINUS;
    const start = negative ? from + 1 : from;
    let at = start;
    let value = 0;
    for (; at + 4 <= this.#length; at += 4) {
      const four = this.#view.getInt32(at, true);
      if (!areDigits(four)) break;
      value = value * 10_000 + numberOf(four);
    }
    for (let byte = buffer[at]!; byte >= ZERO && byte <= NINE; byte = buffer[++at]!)
      value = value * 10 + (byte - ZERO);
    const digits = at - start;
    // Neither 007 nor -0.
    if (digits === 0 || digits > MAX_DIGITS || (buffer[start] === ZERO && (digits > 1 || negative)))
      this.#other = true;
    this.#at = at;
    return negative ? -value : value;
  }

  #process(at: number): ProcessId {
    return this.#buffer[at] === QUOTE ? this.#text(at + 1) : this.#integer(at);
  }

  /** To the closing quote, which is passed over. */
  #text(start: number): string {
    const known = this.#short.find(this.#view, this.#length, start);
    if (known === undefined) return this.#otherText(start);
    this.#at = start + known.length + 1;
    return known;
  }

  #otherText(start: number): string {
    const buffer = this.#buffer;
    let at = start;
    let hash = 0;
    let byte = buffer[at]!;
    for (; PLAIN[byte] === 1; byte = buffer[++at]!) hash = mix(hash, byte);
    this.#at = at + 1;
    if (byte !== QUOTE) {
      this.#other = true;
      return '';
    }
    if (!this.#short.wants) return this.#texts.of(buffer, start, at, hash);
    const text = buffer.toString('latin1', start, at);
    this.#short.keep(text);
    return text;
  }

  #value(at: number): Json {
    const byte = this.#buffer[at]!;
    if (byte === QUOTE) return this.#text(at + 1);
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#integer(at);
    return byte === OPEN ? this.#list(at) : this.#word(at);
  }

  #word(from: number): Json {
    const buffer = this.#buffer;
    for (const [word, bytes] of WORDS) {
      let i = 0;
      while (i < bytes.length && buffer[from + i] === bytes[i]) i++;
      if (i < bytes.length) continue;
      this.#at = from + i;
      return word;
    }
    this.#other = true;
    return null;
  }

  /** Of one level only: what is deeper, the full reader can have. */
  #list(from: number): Json {
    const buffer = this.#buffer;
    const items: Json[] = [];
    this.#at = from + 1;
    if (buffer[this.#at] === CLOSE) {
      this.#at++;
      return items;
    }
    while (!this.#other) {
      if (buffer[this.#at] === OPEN) this.#other = true;
      else items.push(this.#value(this.#at));
      const byte = buffer[this.#at++];
      if (byte === CLOSE) break;
      if (byte !== COMMA) this.#other = true;
    }
    return items;
  }
}

/** Four bytes, the first one lowest. */
function areDigits(bytes: number): boolean {
  // Half a byte is 3, and still is with 6 more in the other half.
  return (bytes & 0xf0f0f0f0) === 0x30303030 && ((bytes + 0x06060606) & 0xf0f0f0f0) === 0x30303030;
}

function numberOf(digits: number): number {
  const pairs = (Math.imul(digits & 0x0f0f0f0f, 10 * 256 + 1) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 100 * 65_536 + 1) >>> 16;
}

/** `end`: of the view; to ask the view itself takes long. */
function isAt({ length, first, tail, last }: Literal, view: DataView, end: number, at: number): boolean {
  return (
    at + length <= end && view.getFloat64(at, true) === first && view.getFloat64(at + tail, true) === last
  );
}

/** A literal for each usual set of members: objects of one shape are made, and later read, fast. */
function made(
  index: number,
  time: number,
  process: ProcessId,
  type: OpType,
  f: string,
  key: string | undefined,
  value: Json | undefined,
  node: string | undefined,
  error: string | undefined,
): Op {
  if (node === undefined && error === undefined) {
    if (key === undefined)
      return value === undefined
        ? { index, time, process, type, f }
        : { index, time, process, type, f, value };
    return value === undefined
      ? { index, time, process, type, f, key }
      : { index, time, process, type, f, key, value };
  }
  return {
    index,
    time,
    process,
    type,
    f,
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value }),
    ...(node !== undefined && { node }),
    ...(error !== undefined && { error }),
  };
}
