/**
 * What a service with sessions says to its clients, on the wire: the one place that nodes and clients share.
 */
import type { Json, Message, NodeId } from './contract.ts';
import { isObject } from './json.ts';

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
