/**
 * The YAML of a plan as parsed, with the way from a field back to its place in the text.
 *
 * Only plain data comes out of it: a tag that the core schema doesn't know is refused, aliases are
 * bounded, and so are the length and the depth of the text.
 */
import {
  Parser,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Alias,
  type CST,
  type Document,
  type Node,
  type ParsedNode,
  type YAMLError,
} from 'yaml';
import { quoted, type Path } from './mistake.ts';

/** Plans are a page long; a hundred faults take a quarter of this, and five hundred operations half. The parser's own checks take the square of what a plan holds. */
export const MAX_CHARS = 64 * 1024;
const MAX_ALIASES = 100;
const MAX_DEPTH = 50;

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly doc: Document;
}

/** A piece of the text: offsets of its start and of what follows it. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxMistake extends Place {
  readonly message: string;
  readonly hint?: string;
}

/** The document, if it can be read at all; and what is wrong with it as YAML. */
export function parseYaml(text: string): {
  readonly doc?: Document;
  readonly mistakes: readonly SyntaxMistake[];
} {
  const whole = { start: 0, end: 0 };
  if (text.length > MAX_CHARS) {
    const message = `a plan has at most ${MAX_CHARS} characters, this has ${text.length}`;
    return { mistakes: [{ ...whole, message }] };
  }
  if (depth(text) > MAX_DEPTH)
    return { mistakes: [{ ...whole, message: `nested more than ${MAX_DEPTH} deep` }] };
  const doc = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'error' });
  const mistakes = [...doc.errors, ...doc.warnings].map((error) => syntaxMistake(error, text));
  // What follows from the others is anybody's guess.
  const broken = [...doc.errors, ...doc.warnings].some(({ code }) => code !== 'DUPLICATE_KEY');
  return broken ? { mistakes } : { doc, mistakes };
}

/** Plain data, or what keeps it from being that. Aliases may make it share pieces, or hold itself. */
export function toData(
  doc: Document,
): { readonly data: unknown } | { readonly mistakes: readonly SyntaxMistake[] } {
  const aliases: Alias[] = [];
  visit(doc as Document<ParsedNode>, { Alias: (_, alias) => void aliases.push(alias) });
  const tooMany = (alias: Alias | undefined): SyntaxMistake => ({
    ...(placeOf(alias) ?? { start: 0, end: 0 }),
    message: `aliases stand for more than ${MAX_ALIASES} nodes`,
    hint: 'write them out',
  });
  if (aliases.length > MAX_ALIASES) return { mistakes: [tooMany(aliases[MAX_ALIASES])] };
  const dangling = aliases.filter((alias) => alias.resolve(doc) === undefined);
  if (dangling.length > 0) {
    const message = 'this alias has no anchor before it';
    return { mistakes: dangling.map((alias) => ({ ...(placeOf(alias) ?? { start: 0, end: 0 }), message })) };
  }
  try {
    return { data: doc.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch (error) {
    // The library's own count, which sees an alias to a node with aliases in it.
    if (error instanceof ReferenceError) return { mistakes: [tooMany(aliases[0])] };
    throw error;
  }
}

/**
 * Where in the text a field's name or value is. Of a field that is not there, what it should be in;
 * undefined for what is not from the text but was set by an option.
 */
export function locate(doc: Document, path: Path, at: 'name' | 'value'): Place | undefined {
  let node: unknown = doc.contents;
  let place = placeOf(node);
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(doc);
    let name: unknown;
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => nameOf(key) === String(step));
      if (pair === undefined) return place;
      [name, node] = [pair.key, pair.value];
    } else {
      const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
      if (item === undefined) return place;
      name = node = item;
    }
    const last = depth === path.length - 1;
    const value = node === null ? placeOf(name) : placeOf(node);
    if (last) return at === 'value' ? value : placeOf(name);
    if (value === undefined) return undefined;
    place = placeOf(name);
  }
  return place;
}

/** Line and column, from 1, of a place; its line; and how much of that line it covers. */
export function position(text: string, { start, end }: Place) {
  const from = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(0, from).split('\n').length;
  const to = text.indexOf('\n', from);
  const excerpt = text.slice(from, to < 0 ? undefined : to).replace(/\r$/, '');
  const before = Math.min(start - from, excerpt.length);
  return {
    line,
    column: before + 1,
    excerpt: { text: excerpt, length: Math.max(1, Math.min(end - start, excerpt.length - before)) },
  };
}

function syntaxMistake({ code, message, pos: [start, end] }: YAMLError, text: string): SyntaxMistake {
  const place = { start, end };
  switch (code) {
    case 'DUPLICATE_KEY':
      return {
        ...place,
        message: `${quoted(text.slice(start).split(/[\s:,}]/, 1)[0]!)} is given twice`,
        hint: 'keep one of them',
      };
    case 'MULTIPLE_DOCS':
      return {
        ...place,
        message: 'a second document starts here; a file holds one plan',
        hint: 'make it a file of its own',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        ...place,
        message: `tags are not allowed in a plan: ${quoted(text.slice(start, end))}`,
        hint: 'leave it out',
      };
    case 'TAB_AS_INDENT':
      return { ...place, message: 'a tab as indentation', hint: 'YAML is indented with spaces' };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_SCALAR_START':
      return {
        ...place,
        message: `not YAML: ${message}`,
        hint: 'a text with such characters goes in quotes',
      };
    default:
      return { ...place, message: `not YAML: ${message}` };
  }
}

function placeOf(node: unknown): Place | undefined {
  const range = (node as Partial<Node> | null)?.range;
  return range ? { start: range[0], end: range[1] } : undefined;
}

/** As `toJS` names it. */
function nameOf(key: unknown): string | undefined {
  if (key === null) return '';
  // A field that an option has set.
  if (typeof key === 'string') return key;
  return isScalar(key) ? String(key.value ?? '') : undefined;
}

/**
 * How deep the text nests, by the parser's first stage, which keeps a stack of its own. The second one
 * recurses, and close to the end of the call stack V8 may end the process instead of throwing.
 */
function depth(text: string): number {
  let deepest = 0;
  const open: [CST.Token, number][] = [...new Parser().parse(text)].map((token) => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, level] = next;
    deepest = Math.max(deepest, level);
    if (token.type === 'document' && token.value) open.push([token.value, level]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push([key, level + 1]);
      if (value) open.push([value, level + 1]);
    }
  }
  return deepest;
}
