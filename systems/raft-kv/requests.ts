/** What clients ask and what they are told, on the wire: the one place that both ends share. */
import type { Json, Message, NodeId } from '../contract.ts';
import { isCommand, isList, isObject, isText, MAX_KEY, type Command } from './entry.ts';

export type Request =
  { readonly f: 'get'; readonly key: string } | { readonly f: 'propose'; readonly command: Command };

/** What the state machine says to a command. Recorded with the session, so the same is said again. */
export type Outcome =
  | { readonly ok: Json }
  /** A cas found another value. */
  | { readonly mismatch: true }
  | { readonly refused: 'session-expired' | 'stale-request' | 'value-too-large' };

export type Response =
  | Outcome
  /** It certainly had no effect, and never will. */
  | { readonly refused: 'not-leader'; readonly leader: NodeId | null }
  | { readonly refused: 'overloaded' }
  | { readonly refused: 'bad-request'; readonly why: string }
  /** It may have had an effect, or may yet. */
  | { readonly unknown: 'lost-leadership' };

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

/** A node's answer; `undefined` when it is none. */
export function parseResponse(body: Message): Response | undefined {
  if (!isObject(body)) return undefined;
  if (body.ok !== undefined) return { ok: body.ok };
  if (body.mismatch === true) return { mismatch: true };
  if (body.unknown === 'lost-leadership') return { unknown: body.unknown };
  switch (body.refused) {
    case 'not-leader':
      return { refused: body.refused, leader: typeof body.leader === 'string' ? body.leader : null };
    case 'bad-request':
      return { refused: body.refused, why: String(body.why) };
    case 'overloaded':
    case 'session-expired':
    case 'stale-request':
    case 'value-too-large':
      return { refused: body.refused };
    default:
      return undefined;
  }
}
