/**
 * What clients of a file system write: bytes that say themselves where they belong, so that an answer which
 * mixes two writes, or holds another region's, is no value of anything and shows.
 *
 * A history has only the token that was written. What can't be read back as one stays in it as
 * `{ torn: text }`, which nobody ever wrote.
 */
import type { Json } from '../systems/contract.ts';

/** `length` bytes (one a character): the key and the token, over and over. */
export function filled(key: string, token: string, length: number): string {
  const unit = `${key}=${token};`;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** The token of `filled(key, token, length)`; `length` of the token, as records have each their own. */
export function tokenOf(key: string, bytes: Json, length: (token: string) => number): Json {
  if (typeof bytes !== 'string') return { torn: bytes };
  const token = /^[^=]*=(\d+);/.exec(bytes)?.[1];
  return token !== undefined && filled(key, token, length(token)) === bytes ? token : { torn: bytes };
}

export function isEmpty(bytes: string): boolean {
  return /^\0*$/.test(bytes);
}
