/**
 * Log entries and the commands in them. They are arrays, not objects: each crosses the network to
 * every follower and goes to every disk as JSON, and field names would be half of it.
 */
import type { Json } from '../contract.ts';
import { isCount, isList, isText } from '../json.ts';
import type { EntryKind } from '../log.ts';
import type { SessionId } from '../sessions.ts';

export type Command =
  | readonly ['register']
  | readonly [f: 'put' | 'append', session: SessionId, seq: number, key: string, value: string]
  | readonly [f: 'cas', session: SessionId, seq: number, key: string, expected: string, value: string]
  | readonly [f: 'delete', session: SessionId, seq: number, key: string];

/** Without a command it is the no-op with which a leader starts its term. */
export type Entry = readonly [term: number, command: Command | null];

/** Longer keys, and values written in one command, are refused; appends may add up to more. */
export const MAX_KEY = 1024;
const MAX_VALUE = 262_144;

/** Characters that count against the size of a message; its punctuation doesn't. */
function entrySize([, command]: Entry): number {
  if (command === null || command[0] === 'register') return 0;
  let size = command[3].length;
  if (command[0] !== 'delete') size += command[4].length;
  if (command[0] === 'cas') size += command[5].length;
  return size;
}

export function isEntry(json: Json): json is Entry {
  return isList(json) && json.length === 2 && isCount(json[0]) && (json[1] === null || isCommand(json[1]));
}

export function isCommand(json: Json | undefined): json is Command {
  if (!isList(json)) return false;
  const [f, session, seq, key, ...values] = json;
  if (f === 'register') return json.length === 1;
  if (!isCount(session) || !isCount(seq) || !isText(key, MAX_KEY)) return false;
  if (!values.every((value) => isText(value, MAX_VALUE))) return false;
  switch (f) {
    case 'put':
    case 'append':
      return values.length === 1;
    case 'cas':
      return values.length === 2;
    case 'delete':
      return values.length === 0;
    default:
      return false;
  }
}

/** What the log needs to know of them. */
export const raftEntries: EntryKind<Entry> = { is: isEntry, size: entrySize };
