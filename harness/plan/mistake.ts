/** A mistake in a plan, before anyone looked up where in the file it is; and its words. */
import { printableLine } from '../cli/printable.ts';
import { nearest } from './nearest.ts';

/** Where in a plan: names of fields, positions in lists. */
export type Path = readonly (string | number)[];

export interface Mistake {
  readonly path: Path;
  /** Which half of the field is wrong: its name, or what it is set to. */
  readonly at: 'name' | 'value';
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}

const MAX_SHOWN = 60;

/** A name or text, marked as such; long ones cut. */
export function quoted(text: string): string {
  const line = printableLine(text);
  return `\`${line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line}\``;
}

/** A value as a message says what was found. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : quoted(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`;
}

export function oneOf(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `one of ${words.join(', ')}`;
}

export function didYouMean(word: string, candidates: readonly string[]): { hint?: string } {
  const found = nearest(word, candidates);
  return found === undefined ? {} : { hint: `did you mean \`${found}\`?` };
}

/** `what` is the kind of thing: a shape, a bug, … */
export function unknownWord(path: Path, what: string, word: string, known: readonly string[]): Mistake {
  return {
    path,
    at: 'value',
    message: `unknown ${what} ${quoted(word)}`,
    expected: known.length === 0 ? `nothing: there is no ${what} here` : oneOf(known),
    ...didYouMean(word, known),
  };
}

export function wrongValue(path: Path, value: unknown, expected: string, hint?: string): Mistake {
  const message = `expected ${expected}, found ${shown(value)}`;
  return { path, at: 'value', message, expected, ...(hint !== undefined && { hint }) };
}

export function missingField(path: Path, expected: string): Mistake {
  return { path, at: 'name', message: `missing field \`${path.at(-1)}\``, expected };
}

/** What a mapping holds under `key` itself, whatever objects in general have. */
export function own(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

/** An entry of a catalogue's table. */
export function lookup<T>(table: { readonly [name: string]: T }, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
