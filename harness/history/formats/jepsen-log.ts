/**
 * Jepsen's text log: `INFO  jepsen.util - 2	:invoke	:write	3`, and with other layouts around it since
 * (`2023-01-10 12:00:01,123 INFO [jepsen worker 2] jepsen.util: 2	:invoke	:write	3`). What follows the
 * logger's name are EDN values between tabs; a fifth says why an op failed.
 *
 * A log holds other lines too: they are passed over, but one of jepsen.util's with the type of an op in it
 * must be an op.
 */
import { HistoryFormatError } from '../malformed.ts';
import { EdnError, EdnReader, type Edn } from './edn-reader.ts';
import { FieldError, OpMaker } from './op-maker.ts';
import { MAX_OP_BYTES, type Parser, type ParserOptions } from './parser.ts';
import { Utf8 } from './text.ts';

const LOGGER = /\bjepsen\.util(?:\/[\w!?*-]+)?\s*[-:]?\s+/;
export const LOGGED_OP = /\bjepsen\.util\S*\s*[-:]?\s+(?:\d+|:[\w.-]+)\s+:(?:invoke|ok|fail|info)(?![\w-])/;
const LOOKS_LIKE_OP = /\bjepsen\.util\b.*\s:(?:invoke|ok|fail|info)(?![\w-])/;
/** Values that are whole whatever follows. */
const DELIMITED = /(?:nil|[\])}"])\s*$/;

export class JepsenLogParser implements Parser {
  readonly #options: ParserOptions;
  readonly #utf8: Utf8;
  readonly #maker: OpMaker;
  #rest = '';
  #line = 0;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#utf8 = new Utf8(options.file);
    this.#maker = new OpMaker(options.key);
  }

  push(chunk: Buffer): void {
    const text = this.#rest + this.#utf8.decode(chunk, this.#line + 1);
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      this.#read(text.slice(from, to));
      from = to + 1;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > MAX_OP_BYTES) {
      this.#line++;
      throw this.#error(0, `expected a line of at most ${MAX_OP_BYTES} bytes`);
    }
  }

  end(): void {
    const text = this.#rest + this.#utf8.decode(undefined, this.#line + 1);
    if (text.trim() === '') return;
    if (LOGGED_OP.test(text) && DELIMITED.test(text)) this.#read(text);
    else {
      this.#line++;
      const hint = 'end it with a newline if it is whole, or remove it';
      throw this.#error(0, `expected a newline after the last line, which may have been cut off: ${hint}`);
    }
  }

  #read(text: string): void {
    this.#line++;
    if (!LOOKS_LIKE_OP.test(text)) return;
    const logger = LOGGER.exec(text);
    if (!LOGGED_OP.test(text) || !logger)
      throw this.#error(0, 'expected an op after jepsen.util: process, type, function, value');
    const values = this.#values(text, logger.index + logger[0].length);
    const [process, type, f, value, error, ...more] = values;
    if (f === undefined || more.length > 0)
      throw this.#error(
        0,
        `expected process, type, function, value and at most an error, but found ${values.length} values`,
      );
    // `:info :write :timed-out`: the reason stands where the value was.
    const isReason =
      values.length === 4 && isKeyword(value) && (isKeyword(type, 'info') || isKeyword(type, 'fail'));
    try {
      const op = this.#maker.make({
        process,
        type,
        f,
        value: isReason ? undefined : value,
        error: isReason ? value : error,
        key: undefined,
        time: undefined,
        index: undefined,
        node: undefined,
      });
      this.#options.emit(op, this.#line);
    } catch (error) {
      if (error instanceof FieldError) throw this.#error(0, error.message);
      throw error;
    }
  }

  #values(text: string, at: number): Edn[] {
    const reader = new EdnReader(text, at, true);
    const values: Edn[] = [];
    try {
      while (reader.next() !== undefined) values.push(reader.form());
    } catch (error) {
      if (error instanceof EdnError) throw this.#error(error.at, error.message);
      throw error;
    }
    return values;
  }

  #error(offset: number, message: string): HistoryFormatError {
    return new HistoryFormatError(this.#options.file, this.#line, offset + 1, message);
  }
}

function isKeyword(value: Edn | undefined, name?: string): boolean {
  if (value === undefined || value === null || typeof value !== 'object' || !('kind' in value)) return false;
  return value.kind === 'keyword' && (name === undefined || value.name === name);
}
