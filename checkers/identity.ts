/** What makes two JSON values the same element of a set or queue: what they hold. */
import type { Json } from '../harness/history/op.ts';

/** Equal exactly for equal values; a key for a `Map`. Numbers are themselves, as most elements are. */
export function identity(value: Json): number | string {
  return typeof value === 'number' ? value : text(value);
}

function text(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(text).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${text(value[name]!)}`).join(',')}}`;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
