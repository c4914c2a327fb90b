/** Words of commands that people can copy into a shell. */
import type { OverrideOptions } from './overrides.ts';

/** The options that change a plan as they were given, but for its seed; each after a blank. */
export function overrideWords(options: OverrideOptions): string {
  const words = (options.set ?? []).map((set) => ` --set ${shellWord(set)}`);
  if (options.time !== undefined) words.push(` --time ${options.time}`);
  if (options.host !== undefined) words.push(` --host ${options.host}`);
  return words.join('');
}

/** Quotes where a shell would read more than the text itself. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
