/**
 * Our own format, one JSON object a line, as `writer.ts` writes it.
 *
 * A torn last line is what a killed harness leaves behind: it is reported and skipped. Anything else that
 * is not an op is an error with its place; nothing is guessed and nothing is skipped silently.
 */
import { HistoryFormatError } from '../malformed.ts';
import type { Json, Op } from '../op.ts';
import { inexactness } from './exact-json.ts';
import { KeyNames } from './key-names.ts';
import { FastLine } from './fast-line.ts';
import { MAX_OP_BYTES, type Parser, type ParserOptions } from './parser.ts';

const NEWLINE = 10;

export class JsonLinesParser implements Parser {
  readonly #options: ParserOptions;
  readonly #fast = new FastLine();
  /** A line that began in an earlier chunk. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line = 0;
  #index = 0;
  #time = 0;
  #torn = false;
  readonly #names = new KeyNames();
  /** Keys are where our writer puts them. */
  readonly #usual: boolean;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#usual = options.key.from === 'member' && options.key.name === 'key';
  }

  push(chunk: Buffer): void {
    let from = 0;
    if (this.#restBytes > 0) {
      const to = chunk.indexOf(NEWLINE);
      if (to >= 0) {
        const line = Buffer.concat([...this.#rest, chunk.subarray(0, to)]);
        this.#rest = [];
        this.#restBytes = 0;
        this.#read(line, true);
        from = to + 1;
      }
    }
    if (this.#restBytes === 0) from = this.#lines(chunk, from);
    if (from === chunk.length) return;
    this.#rest.push(Buffer.from(chunk.subarray(from)));
    this.#restBytes += chunk.length - from;
    if (this.#restBytes > MAX_OP_BYTES) {
      this.#line++;
      throw this.#error(1, `expected an op, but this line is longer than ${MAX_OP_BYTES} bytes`);
    }
  }

  end(cut: boolean): void {
    if (this.#restBytes > 0) {
      this.#read(Buffer.concat(this.#rest), false);
    }
    if (cut && !this.#torn) this.#options.onTorn({ line: this.#line + 1, text: '' });
  }

  /** All whole lines from `from` on; where the rest begins. */
  #lines(chunk: Buffer, from: number): number {
    if (this.#usual) this.#fast.open(chunk);
    for (;;) {
      const op = this.#usual ? this.#fast.read(from) : undefined;
      const { end } = this.#fast;
      if (op && chunk[end] === NEWLINE && op.index === this.#index && op.time >= this.#time) {
        this.#line++;
        this.#emit(op);
        from = end + 1;
        continue;
      }
      const to = chunk.indexOf(NEWLINE, from);
      if (to < 0) return from;
      this.#read(chunk.subarray(from, to), true);
      from = to + 1;
    }
  }

  #read(line: Buffer, complete: boolean): void {
    this.#line++;
    const op = this.#slow(line, complete);
    if (op) this.#emit(op);
  }

  #emit(op: Op): void {
    this.#index++;
    this.#time = op.time;
    this.#options.emit(op, this.#line);
  }

  /** Any JSON; undefined where there is no op. */
  #slow(bytes: Buffer, complete: boolean): Op | undefined {
    const text = bytes.toString();
    if (text.trim() === '') return undefined;
    // Only the writer's own last line lacks its newline; with one, it was written like that. `{"index":1`
    // cut to `1` parses too: without its newline a line was not finished.
    const refuse = (column: number, expected: string): undefined => {
      if (complete || this.#torn) throw this.#error(column, expected);
      this.#torn = true;
      this.#options.onTorn({ line: this.#line, text });
    };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return refuse(columnOf(error), 'expected one JSON object, an op, on this line');
    }
    const problem = opProblem(value, this.#index, this.#time);
    if (problem !== undefined) return refuse(1, problem);
    // What is whole but wrong was not torn.
    if (text.includes('\ufffd') && !Buffer.from(text).equals(bytes))
      throw this.#error(text.indexOf('\ufffd') + 1, 'expected UTF-8');
    const inexact = inexactness(text);
    if (inexact) throw this.#error(inexact.at + 1, inexact.expected);
    const op = value as Op & { readonly [name: string]: Json | undefined }; // its shape was just checked
    return this.#usual ? op : this.#keyed(op);
  }

  /** With the key from where the user said. */
  #keyed({ key: _, ...op }: Op & { readonly [name: string]: Json | undefined }): Op {
    const source = this.#options.key;
    if (typeof op.process !== 'number' || source.from === 'nowhere') return op;
    if (source.from === 'value') {
      const { value, ...rest } = op;
      if (!Array.isArray(value) || value.length !== 2)
        throw this.#error(1, `expected "value": [key, value], but found ${show(value)}`);
      const [key, item] = value as readonly Json[];
      return { ...rest, key: this.#nameOf(key!), ...(item !== null && { value: item! }) };
    }
    const key = op[source.name];
    return key === undefined || key === null ? op : { ...op, key: this.#nameOf(key) };
  }

  #nameOf(key: Json): string {
    if (typeof key !== 'object' || key === null) return this.#names.of(key);
    throw this.#error(1, `expected a key: a text or a number, but found ${show(key)}`);
  }

  #error(column: number, expected: string): HistoryFormatError {
    return new HistoryFormatError(this.#options.file, this.#line, column, expected);
  }
}

/** What keeps a value from being the op of this index, no earlier than the last one (ns). */
export function opProblem(value: unknown, index: number, lastTime: number): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'expected an op: a JSON object';
  const op = value as Record<string, unknown>;
  if (op['index'] !== index)
    return `expected "index": ${index}, as indices count up from 0 without gaps, but found ${show(op['index'])}`;
  const time = op['time'];
  if (typeof time !== 'number' || !Number.isFinite(time))
    return `expected "time" in nanoseconds, but found ${show(time)}`;
  if (time < lastTime) return `time runs backwards: ${time} after ${lastTime}`;
  const process = op['process'];
  if (typeof process !== 'string' && !Number.isSafeInteger(process))
    return `expected "process": an integer, or a name for the nemesis, but found ${show(process)}`;
  const type = op['type'];
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info')
    return `expected "type": invoke, ok, fail or info, but found ${show(type)}`;
  if (typeof op['f'] !== 'string') return `expected "f": the name of a function, but found ${show(op['f'])}`;
  for (const member of ['key', 'node', 'error']) {
    if (op[member] !== undefined && typeof op[member] !== 'string')
      return `expected "${member}": a text, but found ${show(op[member])}`;
  }
  return undefined;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

function columnOf(error: unknown): number {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? 1 : Number(position) + 1;
}
