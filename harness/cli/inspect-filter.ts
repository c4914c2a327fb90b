/** The filters of the inspector as options of the command line: one text, as it is typed after `/`. */
import { FIELDS, parseFilter, type Field } from '../tui/inspect/filter.ts';

export type FilterOptions = { readonly filter?: string } & { readonly [field in Field]?: string };

export const FILTER_OPTIONS: readonly (readonly [flags: string, about: string])[] = [
  ['--process <process>', 'only ops of this process'],
  ['--key <key>', 'only ops on this key; * stands for any text, a comma for either, as in all of these'],
  ['--f <function>', 'only ops of this function'],
  ['--type <type>', 'only invoke, ok, fail or info'],
  ['--node <node>', 'only ops that this node answered'],
  ['--error <text>', 'only ops with this text in their error'],
  ['--text <text>', 'only ops with this text anywhere'],
  ['--time <span>', 'only ops from 12s..13s, 12s.. or ..13s'],
  ['--fault <fault>', 'only ops while this fault was on: its name, #2, any or none'],
];

export class BadFilterError extends Error {
  override readonly name = 'BadFilterError';
}

/** '' where nothing was asked for. Throws `BadFilterError`. */
export function filterText(options: FilterOptions): string {
  const parts = FIELDS.flatMap((field) => {
    const value = options[field];
    if (value === undefined) return [];
    const written = /\s/.test(value) && !value.includes('"') ? `"${value}"` : value;
    return [checked(`${field}=${written}`, `--${field}`)];
  });
  return [...(options.filter === undefined ? [] : [checked(options.filter, '--filter')]), ...parts].join(' ');
}

function checked(text: string, option: string): string {
  const parsed = parseFilter(text);
  if ('filter' in parsed) return text;
  const { at, length, problem } = parsed.problem;
  throw new BadFilterError(`${option}: ${problem}\n  ${text}\n  ${' '.repeat(at)}${'^'.repeat(length)}`);
}
