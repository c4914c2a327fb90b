/**
 * Values of registers and keys: whatever JSON can carry, compared by what it holds.
 */
import { EMPTY_HASH, extend } from './hash.ts';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return describeValue(a) === describeValue(b);
}

/** The same number for the same value; of a text, one that grows with it. */
export function hashOfValue(value: Value): number {
  if (typeof value === 'string') return extend(EMPTY_HASH, value);
  if (typeof value === 'number') return Number.isInteger(value) ? value | 0 : extend(1, String(value));
  return value === null ? 0 : extend(1, describeValue(value));
}

/** The same text for the same value, whatever the order of names. */
export function describeValue(value: Value): string {
  // As JSON has them, but sooner.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(describeValue).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${describeValue(value[name]!)}`).join(',')}}`;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
