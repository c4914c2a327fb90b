/**
 * Ops straight from bytes, for lines in exactly the shape that our writer gives nearly all of them:
 * members in its order, texts in plain ASCII, integers of up to 15 digits, lists of such. Anything else is
 * no error here: `undefined`, and the line goes to the full reader. So this reads no line that the full
 * reader would refuse, and reads it alike.
 */
import type { Json, Op, OpType, ProcessId } from '../op.ts';
import { Texts } from './texts.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const END = 125;
/** More could be past 2^53. */
const MAX_DIGITS = 15;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const INDEX = bytes('{"index":');
const TIME = bytes(',"time":');
const PROCESS = bytes(',"process":');
const TYPE = bytes(',"type":"');
const F = bytes('","f":"');
const KEY = bytes(',"key":"');
const VALUE = bytes(',"value":');
const NODE = bytes(',"node":"');
const ERROR = bytes(',"error":"');
const TYPES: readonly (readonly [OpType, Uint8Array])[] = (['invoke', 'ok', 'fail', 'info'] as const).map(
  (type) => [type, bytes(type)],
);
const WORDS: readonly (readonly [Json, Uint8Array])[] = [
  [null, bytes('null')],
  [true, bytes('true')],
  [false, bytes('false')],
];

/** Set where something is not in the shape; a flag, as exceptions are slow. */
export class FastLine {
  readonly #texts = new Texts();
  #buffer: Uint8Array = new Uint8Array();
  #at = 0;
  #other = false;

  /** The op on the line from `from` to `to`, which is without its newline. */
  read(buffer: Uint8Array, from: number, to: number): Op | undefined {
    this.#buffer = buffer;
    this.#at = from;
    this.#other = false;
    this.#expect(INDEX);
    const index = this.#integer();
    this.#expect(TIME);
    const time = this.#integer();
    this.#expect(PROCESS);
    const process = this.#process();
    this.#expect(TYPE);
    const type = this.#oneOf(TYPES);
    this.#expect(F);
    const f = this.#text();
    if (this.#other) return undefined;
    const key = this.#skip(KEY) ? this.#text() : undefined;
    const value = this.#skip(VALUE) ? this.#value() : undefined;
    const node = this.#skip(NODE) ? this.#text() : undefined;
    const error = this.#skip(ERROR) ? this.#text() : undefined;
    if (this.#other || buffer[this.#at] !== END || this.#at + 1 !== to) return undefined;
    return made(index, time, process, type!, f, key, value, node, error);
  }

  #expect(literal: Uint8Array): void {
    if (!this.#skip(literal)) this.#other = true;
  }

  #skip(literal: Uint8Array): boolean {
    const buffer = this.#buffer;
    const at = this.#at;
    for (let i = 0; i < literal.length; i++) if (buffer[at + i] !== literal[i]) return false;
    this.#at = at + literal.length;
    return true;
  }

  #oneOf<T>(table: readonly (readonly [T, Uint8Array])[]): T | undefined {
    for (const [word, literal] of table) if (this.#skip(literal)) return word;
    this.#other = true;
    return undefined;
  }

  #integer(): number {
    const buffer = this.#buffer;
    const negative = buffer[this.#at] === MINUS;
    const start = negative ? this.#at + 1 : this.#at;
    let at = start;
    let value = 0;
    for (let byte = buffer[at]!; byte >= ZERO && byte <= NINE; byte = buffer[++at]!)
      value = value * 10 + (byte - ZERO);
    const digits = at - start;
    // Neither 007 nor -0.
    if (digits === 0 || digits > MAX_DIGITS || (buffer[start] === ZERO && (digits > 1 || negative)))
      this.#other = true;
    this.#at = at;
    return negative ? -value : value;
  }

  #process(): ProcessId {
    if (this.#buffer[this.#at] !== QUOTE) return this.#integer();
    this.#at++;
    return this.#text();
  }

  /** To the closing quote, which is passed over. */
  #text(): string {
    const buffer = this.#buffer;
    const start = this.#at;
    let at = start;
    for (let byte = buffer[at]!; byte !== QUOTE; byte = buffer[++at]!) {
      if (byte >= 32 && byte < 127 && byte !== BACKSLASH) continue;
      this.#other = true;
      return '';
    }
    this.#at = at + 1;
    return this.#texts.of(buffer, start, at);
  }

  #value(): Json {
    const byte = this.#buffer[this.#at]!;
    if (byte === QUOTE) {
      this.#at++;
      return this.#text();
    }
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#integer();
    if (byte === OPEN) return this.#list();
    return this.#oneOf(WORDS) ?? null;
  }

  /** Of a few levels only: what is deeper, the full reader can have. */
  #list(): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#buffer[this.#at] === CLOSE) {
      this.#at++;
      return items;
    }
    while (!this.#other) {
      if (this.#buffer[this.#at] === OPEN) this.#other = true;
      else items.push(this.#value());
      const byte = this.#buffer[this.#at++];
      if (byte === CLOSE) break;
      if (byte !== COMMA) this.#other = true;
    }
    return items;
  }
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
