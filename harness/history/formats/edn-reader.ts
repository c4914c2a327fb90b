/**
 * EDN, as Clojure prints it: strict, and form by form over text that arrives in pieces.
 *
 * When the text ends inside a form, `Incomplete` is thrown and the caller asks again from that form's
 * start with more text: forms are small and chunks large, so little is read twice. A number, symbol or
 * keyword at the very end of the text is incomplete too, as it may go on.
 *
 * Numbers are exact: an integer that a double cannot hold, a ratio, a decimal or a float that looks like
 * an integer stays apart from every other value (`kind: 'exact'`).
 */

export type Edn =
  | null
  | boolean
  | number
  | string
  | readonly Edn[]
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'exact'; readonly type: ExactType; readonly text: string }
  | { readonly kind: 'set'; readonly items: readonly Edn[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Edn, Edn])[] }
  | { readonly kind: 'tagged'; readonly tag: string; readonly value: Edn };

export type ExactType = 'int' | 'float' | 'decimal' | 'ratio' | 'char' | 'symbol';

/** The text ends before the form does. */
export class Incomplete extends Error {}

/** Not EDN; `at` is an offset in the reader's text. */
export class EdnError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const MAX_DEPTH = 200;
const CLOSER: { readonly [opener: string]: string } = { '(': ')', '[': ']', '{': '}' };
const INTEGER = /^[+-]?(?:0|[1-9]\d*)N?$/;
const HEX = /^([+-]?)0[xX]([0-9a-fA-F]+)N?$/;
const FLOAT = /^[+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^[+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?M$/;
const RATIO = /^([+-]?\d+)\/(\d+)$/;
const NAMED_CHARS: { readonly [name: string]: string } = {
  newline: '\n',
  space: ' ',
  tab: '\t',
  return: '\r',
  backspace: '\b',
  formfeed: '\f',
};
const ESCAPES: { readonly [letter: string]: string } = {
  t: '\t',
  r: '\r',
  n: '\n',
  b: '\b',
  f: '\f',
  '\\': '\\',
  '"': '"',
};

export class EdnReader {
  readonly #text: string;
  readonly #final: boolean;
  at: number;

  /** `final`: nothing follows this text. */
  constructor(text: string, at: number, final: boolean) {
    this.#text = text;
    this.at = at;
    this.#final = final;
  }

  /** Passes over blanks, comments and discarded forms; the next character, or undefined at the end. */
  next(depth = 0): string | undefined {
    for (;;) {
      const char = this.#text[this.at];
      if (char === undefined) return undefined;
      if (isBlank(char)) this.at++;
      else if (char === ';') {
        const end = this.#text.indexOf('\n', this.at);
        if (end < 0 && !this.#final) throw new Incomplete();
        this.at = end < 0 ? this.#text.length : end + 1;
      } else if (char === '#') {
        const second = this.#text[this.at + 1];
        if (second === undefined && !this.#final) throw new Incomplete();
        if (second !== '_') return char;
        this.at += 2;
        this.form(depth + 1);
      } else return char;
    }
  }

  form(depth = 0): Edn {
    const char = this.next(depth);
    const start = this.at;
    if (char === undefined) return this.#ended(start, 'a value');
    if (depth > MAX_DEPTH) throw new EdnError(start, `expected at most ${MAX_DEPTH} forms inside each other`);
    switch (char) {
      case '[':
      case '(':
        return this.#items(char, depth);
      case '{':
        return this.#map(depth);
      case '"':
        return this.#string();
      case '\\':
        return this.#char();
      case '#':
        return this.#dispatch(depth);
      case '^':
        this.at++;
        this.form(depth + 1); // metadata says nothing of the value
        return this.form(depth + 1);
      case ')':
      case ']':
      case '}':
        throw new EdnError(start, `expected a value, but found ${char}`);
      default:
        return this.#atom(this.#token());
    }
  }

  #items(opener: string, depth: number): Edn[] {
    const start = this.at++;
    const items: Edn[] = [];
    for (;;) {
      const char = this.next(depth);
      if (char === undefined) return this.#ended(start, `${CLOSER[opener]} for this ${opener}`);
      if (char === CLOSER[opener]) {
        this.at++;
        return items;
      }
      items.push(this.form(depth + 1));
    }
  }

  #map(depth: number, namespace?: string): Edn {
    const start = this.at;
    const items = this.#items('{', depth);
    if (items.length % 2 > 0) throw new EdnError(start, 'expected a value for each key of this map');
    const entries: (readonly [Edn, Edn])[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < items.length; i += 2) {
      const key = namespace === undefined ? items[i]! : within(namespace, items[i]!);
      const text = identity(key);
      if (seen.has(text))
        throw new EdnError(start, `expected each key of this map once, but ${text} is twice`);
      seen.add(text);
      entries.push([key, items[i + 1]!]);
    }
    return { kind: 'map', entries };
  }

  #dispatch(depth: number): Edn {
    const start = this.at++;
    const char = this.#text[this.at];
    if (char === undefined) return this.#ended(start, 'a form after #');
    if (char === '{') {
      const items = this.#items('{', depth);
      const seen = new Set(items.map(identity));
      if (seen.size < items.length) throw new EdnError(start, 'expected each member of this set once');
      return { kind: 'set', items };
    }
    if (char === '#') {
      this.at++;
      const name = this.#token();
      if (name === 'NaN' || name === 'Inf' || name === '-Inf')
        return { kind: 'exact', type: 'float', text: name };
      throw new EdnError(start, `expected ##NaN, ##Inf or ##-Inf, but found ##${name}`);
    }
    const tag = this.#token();
    if (tag.startsWith(':')) {
      if (this.next(depth) !== '{') {
        if (this.at >= this.#text.length) return this.#ended(start, `a map after #${tag}`);
        throw new EdnError(start, `expected a map after #${tag}`);
      }
      return this.#map(depth, tag.slice(1));
    }
    if (!/^[\p{L}]/u.test(tag)) throw new EdnError(start, `expected a tag after #, but found ${tag || char}`);
    return { kind: 'tagged', tag, value: this.form(depth + 1) };
  }

  #string(): string {
    const start = this.at++;
    let value = '';
    let from = this.at;
    for (;;) {
      const char = this.#text[this.at];
      if (char === undefined) return this.#ended(start, '" at the end of this text');
      if (char === '"') {
        value += this.#text.slice(from, this.at++);
        return value;
      }
      if (char !== '\\') {
        this.at++;
        continue;
      }
      value += this.#text.slice(from, this.at) + this.#escape();
      from = this.at;
    }
  }

  #escape(): string {
    const start = this.at;
    const letter = this.#text[start + 1];
    if (letter === undefined) return this.#ended(start, 'an escape');
    if (letter === 'u') {
      const digits = this.#text.slice(start + 2, start + 6);
      if (digits.length < 4) return this.#ended(start, 'four hexadecimal digits after \\u');
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw new EdnError(start, 'expected four hexadecimal digits after \\u');
      this.at = start + 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const char = ESCAPES[letter];
    if (char === undefined)
      throw new EdnError(start, `expected \\t, \\r, \\n, \\b, \\f, \\\\, \\" or \\u, but found \\${letter}`);
    this.at = start + 2;
    return char;
  }

  #char(): Edn {
    const start = this.at++;
    const first = this.#text.codePointAt(this.at);
    if (first === undefined) return this.#ended(start, 'a character after \\');
    const symbol = String.fromCodePoint(first);
    this.at += symbol.length;
    const name = symbol + this.#token();
    const code = /^(?:u([0-9a-fA-F]{4})|o([0-3]?[0-7]{1,2}))$/.exec(name);
    const text = code
      ? String.fromCharCode(
          code[1] === undefined ? Number.parseInt(code[2]!, 8) : Number.parseInt(code[1], 16),
        )
      : name === symbol
        ? name
        : NAMED_CHARS[name];
    if (text === undefined)
      throw new EdnError(start, `expected a character such as \\a or \\newline, but found \\${name}`);
    return { kind: 'exact', type: 'char', text };
  }

  /** To the next delimiter. */
  #token(): string {
    const start = this.at;
    while (this.at < this.#text.length && !isDelimiter(this.#text[this.at]!)) this.at++;
    if (this.at >= this.#text.length && !this.#final) throw new Incomplete();
    return this.#text.slice(start, this.at);
  }

  #atom(token: string): Edn {
    const start = this.at - token.length;
    if (token === 'nil') return null;
    if (token === 'true') return true;
    if (token === 'false') return false;
    if (token.startsWith(':')) {
      if (!/^:[^:/@`~'](?:[^@`~]*[^:@`~])?$/u.test(token))
        throw new EdnError(start, `expected a keyword, but found ${token}`);
      return { kind: 'keyword', name: token.slice(1) };
    }
    if (/^[+-]?\d/.test(token)) return number(token, start);
    if (token === '' || /^[@`~']/.test(token))
      throw new EdnError(start, `expected a value, but found ${this.#text[start]}`);
    return { kind: 'exact', type: 'symbol', text: token };
  }

  #ended(start: number, expected: string): never {
    if (!this.#final) throw new Incomplete();
    throw new EdnError(start, `expected ${expected}, but the history ends`);
  }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\n' || char === ',' || char === '\r' || char === '\t' || char === '\f';
}

function isDelimiter(char: string): boolean {
  return isBlank(char) || '()[]{}";\\'.includes(char);
}

function number(token: string, at: number): Edn {
  if (INTEGER.test(token)) return integer(BigInt(token.replace(/^\+|N$/g, '')));
  const hex = HEX.exec(token);
  if (hex) return integer(BigInt(`0x${hex[2]!}`) * (hex[1] === '-' ? -1n : 1n));
  const ratio = RATIO.exec(token);
  if (ratio && !/^0+$/.test(ratio[2]!)) return reduced(BigInt(ratio[1]!), BigInt(ratio[2]!));
  if (DECIMAL.test(token)) return { kind: 'exact', type: 'decimal', text: token.replace(/^\+|M$/g, '') };
  if (!FLOAT.test(token)) throw new EdnError(at, `expected a number, but found ${token}`);
  const value = Number(token);
  if (!Number.isFinite(value)) throw new EdnError(at, `expected a number within a double's range: ${token}`);
  // 1.0 is another value than 1, and -0.0 than 0.0.
  if (!Number.isInteger(value)) return value;
  return { kind: 'exact', type: 'float', text: Object.is(value, -0) ? '-0' : String(value) };
}

function integer(value: bigint): Edn {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { kind: 'exact', type: 'int', text: String(value) };
}

function reduced(above: bigint, below: bigint): Edn {
  let [a, b] = [above < 0n ? -above : above, below];
  while (b > 0n) [a, b] = [b, a % b];
  return below === a
    ? integer(above / a)
    : { kind: 'exact', type: 'ratio', text: `${above / a}/${below / a}` };
}

/** A key of a `#:namespace{…}` map. */
function within(namespace: string, key: Edn): Edn {
  if (key === null || typeof key !== 'object' || !('kind' in key) || key.kind !== 'keyword') return key;
  if (key.name.startsWith('_/')) return { kind: 'keyword', name: key.name.slice(2) };
  return key.name.includes('/') ? key : { kind: 'keyword', name: `${namespace}/${key.name}` };
}

/** The same text for the same value, and for no other. */
function identity(value: Edn): string {
  if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'keyword')
    return `:${value.name}`;
  return JSON.stringify(exactJson(value));
}

/**
 * As JSON that keeps apart what EDN keeps apart. Lists and vectors are arrays, equal as in Clojure;
 * whatever JSON lacks is an object with one name, a type behind a `#`: `{"#keyword": "a"}`,
 * `{"#map": [[key, value], …]}`. No EDN value becomes another object, so none can be mistaken.
 */
export function exactJson(value: Edn): ExactJson {
  if (value === null || typeof value !== 'object') return value;
  if (!('kind' in value)) return value.map(exactJson);
  switch (value.kind) {
    case 'keyword':
      return { '#keyword': value.name };
    case 'exact':
      return { [`#${value.type}`]: value.text };
    case 'set':
      return { '#set': sorted(value.items.map(exactJson)) };
    case 'map':
      return { '#map': sorted(value.entries.map(([key, item]) => [exactJson(key), exactJson(item)])) };
    case 'tagged':
      return { '#tagged': [value.tag, exactJson(value.value)] };
  }
}

type ExactJson =
  null | boolean | number | string | readonly ExactJson[] | { readonly [name: string]: ExactJson };

function sorted(items: readonly ExactJson[]): readonly ExactJson[] {
  return items
    .map((item) => [JSON.stringify(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);
}
