/**
 * Histories in EDN: Jepsen's and Knossos's vector or list of op maps, or a map a line as Porcupine's
 * tests have them. Ops may be printed as records, `#jepsen.history.Op{…}`.
 */
import { HistoryFormatError } from '../malformed.ts';
import { EdnError, EdnReader, Incomplete, type Edn } from './edn-reader.ts';
import { FieldError, OpMaker, type Fields } from './op-maker.ts';
import { MAX_OP_BYTES, type Parser, type ParserOptions } from './parser.ts';
import { Utf8 } from './text.ts';

const NEWLINE = 10;
const OP_TAG = /(^|[./])Op$/;

export class EdnParser implements Parser {
  readonly #options: ParserOptions;
  readonly #utf8: Utf8;
  readonly #maker: OpMaker;
  /** What was not read yet, and where in the file it begins. */
  #text = '';
  #line = 1;
  #column = 1;
  /** Of the list around all ops; '' where there is none. */
  #closer: string | undefined;
  #closed = false;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#utf8 = new Utf8(options.file);
    this.#maker = new OpMaker(options.key);
  }

  push(chunk: Buffer): void {
    this.#text += this.#utf8.decode(chunk, this.#line);
    this.#read(false);
    if (this.#text.length > MAX_OP_BYTES)
      throw this.#error(0, `expected an op, but this one is longer than ${MAX_OP_BYTES} bytes`);
  }

  end(): void {
    this.#text += this.#utf8.decode(undefined, this.#line);
    this.#read(true);
    if (this.#closer && !this.#closed)
      throw this.#error(
        this.#text.length,
        `expected ${this.#closer} after the last op, but the history ends`,
      );
  }

  /** As many ops as the text holds whole. */
  #read(final: boolean): void {
    const reader = new EdnReader(this.#text, 0, final);
    let done = 0;
    try {
      for (;;) {
        const char = reader.next();
        this.#advance(done, reader.at);
        done = reader.at;
        if (char === undefined) break;
        if (this.#closed)
          throw new EdnError(reader.at, `expected nothing after the last op, but found ${char}`);
        if (this.#closer === undefined && char === '^') {
          reader.at++;
          reader.form();
        } else if (this.#closer === undefined && (char === '[' || char === '(')) {
          this.#closer = char === '[' ? ']' : ')';
          reader.at++;
        } else if (char === this.#closer) {
          this.#closed = true;
          reader.at++;
        } else {
          this.#closer ??= '';
          const op = fieldsOf(reader.form(), this.#options, done);
          this.#options.emit(this.#maker.make(op), this.#line);
        }
        this.#advance(done, reader.at);
        done = reader.at;
      }
    } catch (error) {
      if (error instanceof EdnError) throw this.#error(error.at - done, error.message, done);
      if (error instanceof FieldError) throw this.#error(0, error.message);
      if (!(error instanceof Incomplete)) throw error;
    }
    this.#text = this.#text.slice(done);
  }

  /** Counts the lines of what was read. */
  #advance(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      if (this.#text.charCodeAt(at) !== NEWLINE) continue;
      this.#line++;
      this.#column = 1;
      from = at + 1;
    }
    this.#column += to - from;
  }

  /** An error `offset` characters behind what was read, which ends at `done` of the text. */
  #error(offset: number, message: string, done = 0): HistoryFormatError {
    this.#advance(done, done + offset);
    return new HistoryFormatError(this.#options.file, this.#line, this.#column, message);
  }
}

function fieldsOf(form: Edn, { key }: ParserOptions, at: number): Fields {
  const map = isTagged(form) && OP_TAG.test(form.tag) ? form.value : form;
  if (map === null || typeof map !== 'object' || !('kind' in map) || map.kind !== 'map')
    throw new EdnError(at, 'expected an op: a map with :process, :type, :f and :value');
  const named = new Map<string, Edn>();
  for (const [name, value] of map.entries) {
    if (name !== null && typeof name === 'object' && 'kind' in name && name.kind === 'keyword')
      named.set(name.name, value);
  }
  return {
    process: named.get('process'),
    type: named.get('type'),
    f: named.get('f'),
    value: named.get('value'),
    key: key.from === 'member' ? named.get(key.name) : undefined,
    time: named.get('time'),
    index: named.get('index'),
    node: named.get('node'),
    error: named.get('error'),
  };
}

function isTagged(form: Edn): form is Extract<Edn, { kind: 'tagged' }> {
  return form !== null && typeof form === 'object' && 'kind' in form && form.kind === 'tagged';
}
