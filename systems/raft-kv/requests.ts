/** What clients ask, on the wire. What they are told is in `session-protocol.ts`. */
import type { Json } from '../contract.ts';
import { isList, isObject, isText } from '../json.ts';
import { isCommand, MAX_KEY, type Command } from './entry.ts';

export type Request =
  { readonly f: 'get'; readonly key: string } | { readonly f: 'propose'; readonly command: Command };

/** The request in `body`, or what is wrong with it. */
export function parseRequest(body: Json): Request | string {
  if (!isObject(body)) return 'a request is an object';
  const { f, session, seq, key, value } = body;
  if (f === 'get')
    return isText(key, MAX_KEY) ? { f, key } : `a key is a string of up to ${MAX_KEY} characters`;
  const command = commandOf([f, session, seq, key, value]);
  return command === undefined
    ? 'no such operation, or its session, seq, key or value is missing or malformed'
    : { f: 'propose', command };
}

function commandOf([f, session, seq, key, value]: readonly (Json | undefined)[]): Command | undefined {
  const values = f === 'delete' ? [] : f === 'cas' && isList(value) ? value : [value];
  const parts = f === 'register' ? [f] : [f, session, seq, key, ...values];
  const command = parts.every((part) => part !== undefined) ? parts : undefined;
  return isCommand(command) ? command : undefined;
}
