/**
 * What a message is at its far end: what `JSON.parse(JSON.stringify(message))` gives, made in a fraction
 * of the time. No two nodes ever share an object, or one could see what the other does to it.
 */
import type { Json } from '../../../systems/contract.ts';

/** A message that left its sender, and about how many bytes its JSON has. */
export interface Serialised {
  readonly json: Json;
  readonly size: number;
}

/** What an end of a connection is: it takes its way like a message, and says nothing. */
export const NOTHING: Serialised = { json: null, size: 0 };

let size = 0;

export function serialise(message: Json): Serialised {
  size = 0;
  const json = copyOf(message);
  return { json: json === undefined ? null : json, size };
}

/** Undefined for what JSON leaves out. Whatever has a `toJSON`, or is cyclic, is no message of a node. */
function copyOf(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'string':
      size += value.length + 2;
      return value;
    case 'number':
      size += 4;
      if (!Number.isFinite(value)) return null;
      return value === 0 ? 0 : value; // JSON has no -0
    case 'boolean':
      size += 5;
      return value;
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) {
    size += 4;
    return null;
  }
  size += 2;
  if (Array.isArray(value)) {
    const copy = new Array<Json>(value.length);
    for (let at = 0; at < value.length; at++) copy[at] = copyOf(value[at]) ?? null;
    size += value.length;
    return copy;
  }
  const copy: { [key: string]: Json } = {};
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const inner = copyOf((value as { readonly [key: string]: unknown })[key]);
    if (inner === undefined) continue;
    size += key.length + 4;
    if (key === '__proto__')
      Object.defineProperty(copy, key, {
        value: inner,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else copy[key] = inner;
  }
  return copy;
}
