/**
 * What a message is at its far end: what `JSON.parse(JSON.stringify(message))` gives, made in a fraction
 * of the time, and a copy of the bytes it carries. No two nodes ever share an object, or one could see what the other does to it.
 */
import { bytesOf, type Json, type Message } from '../../../systems/contract.ts';

/** A message that left its sender, as JSON and bytes carry it, and about how many bytes that has. */
export interface Serialised {
  readonly json: Message;
  readonly size: number;
}

/** What an end of a connection is: it takes its way like a message, and says nothing. */
export const NOTHING: Serialised = { json: null, size: 0 };

let size = 0;

export function serialise(message: Message): Serialised {
  size = 0;
  const bytes = bytesOf(message);
  if (bytes === undefined) return { json: copyOf(message) ?? null, size };
  const rest = copyOf({ ...(message as object), bytes: null }) as { readonly [key: string]: Json };
  return { json: { ...rest, bytes: bytes.slice() }, size: size + bytes.length };
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
  // A copy of the whole first, which keeps the engine's layout of it, then what is not plain in it: twice as
  // fast as putting it together member by member.
  if (Array.isArray(value)) {
    const copy = value.slice() as Json[];
    for (let at = 0; at < copy.length; at++) {
      const inner: unknown = copy[at];
      if (typeof inner === 'string') size += inner.length + 2;
      else if (isPlain(inner)) size += 4;
      else copy[at] = copyOf(inner) ?? null;
    }
    size += copy.length;
    return copy;
  }
  const copy = { ...value } as { [key: string]: Json };
  for (const key in copy) {
    const inner: unknown = copy[key];
    size += key.length + 4;
    if (typeof inner === 'string') {
      size += inner.length + 2;
      continue;
    }
    if (isPlain(inner)) {
      size += 4;
      continue;
    }
    const carried = copyOf(inner);
    if (carried === undefined) Reflect.deleteProperty(copy, key);
    else if (carried !== inner || carried === 0) put(copy, key, carried);
  }
  return copy;
}

/** A number that JSON carries as it is; -0 and what is not finite are none, and 0 has nothing to tell it by. */
function isPlain(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0 && value !== 0;
}

/** As a member of its own, whatever the name. */
function put(copy: { [key: string]: Json }, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  } else copy[key] = value;
}
