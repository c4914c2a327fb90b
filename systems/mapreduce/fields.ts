/** Reading JSON that came from elsewhere: what it must be before it is used as that. */
import type { Json } from '../contract.ts';

export function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** `Array.isArray` does not narrow to a readonly array. */
export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

export function isCount(json: Json | undefined): json is number {
  return Number.isSafeInteger(json) && Number(json) >= 0;
}

export function areCounts(json: Json | undefined): json is readonly number[] {
  return isList(json) && json.every(isCount);
}
