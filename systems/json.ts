/** What JSON from elsewhere is asked before it is believed: the questions that all parsing here is made of. */
import type { Json, Message } from './contract.ts';

export function isCount(json: Json | undefined): json is number {
  return Number.isSafeInteger(json) && (json as number) >= 0;
}

export function isObject(json: Message | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** `Array.isArray` does not narrow to a readonly array. */
export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

export function isText(json: Json | undefined, max: number): json is string {
  return typeof json === 'string' && json.length <= max;
}

export function areCounts(json: Json | undefined): json is readonly number[] {
  return isList(json) && json.every(isCount);
}
