/**
 * The inputs of the service, and the entries of the log: an input, the epoch whose primary numbered it, and
 * whatever the primary met while executing it that does not follow from the state, so that a backup which
 * replays the entry does not meet something else (VM-FT, §2.1: non-deterministic events are logged).
 */
import type { Json } from '../contract.ts';
import { isCount, isList, isText } from '../json.ts';
import type { EntryKind } from '../log.ts';
import type { SessionId } from '../sessions.ts';

export type Input =
  | readonly ['register']
  | readonly [f: 'get', key: string]
  | readonly [f: 'tick']
  | readonly [f: 'put' | 'append', session: SessionId, seq: number, key: string, value: string]
  | readonly [f: 'cas', session: SessionId, seq: number, key: string, expected: string, value: string]
  | readonly [f: 'delete' | 'draw', session: SessionId, seq: number, key: string];

/** A drawn token; a time in µs; null where the input says it all. */
export type Chance = string | number | null;

export type Entry = readonly [epoch: number, input: Input, chance: Chance];

/** Longer keys, and values written at once, are refused; appends may add up to more. */
const MAX_KEY = 1024;
const MAX_VALUE = 262_144;
const MAX_TOKEN = 64;

export function isInput(json: Json | undefined): json is Input {
  if (!isList(json)) return false;
  const [f, ...rest] = json;
  if (f === 'register' || f === 'tick') return rest.length === 0;
  if (f === 'get') return rest.length === 1 && isText(rest[0], MAX_KEY);
  const [session, seq, key, ...values] = rest;
  if (!isCount(session) || !isCount(seq) || !isText(key, MAX_KEY)) return false;
  if (!values.every((value) => isText(value, MAX_VALUE))) return false;
  switch (f) {
    case 'put':
    case 'append':
      return values.length === 1;
    case 'cas':
      return values.length === 2;
    case 'delete':
    case 'draw':
      return values.length === 0;
    default:
      return false;
  }
}

function isEntry(json: Json): json is Entry {
  if (!isList(json) || json.length !== 3) return false;
  const [epoch, input, chance] = json;
  const isChance = chance === null || Number.isSafeInteger(chance) || isText(chance, MAX_TOKEN);
  return isCount(epoch) && isInput(input) && isChance;
}

function sizeOf([, input]: Entry): number {
  let size = 0;
  for (const part of input) if (typeof part === 'string') size += part.length;
  return size;
}

/** What the log needs to know of them. */
export const entries: EntryKind<Entry> = { is: isEntry, size: sizeOf };
