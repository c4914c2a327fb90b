/**
 * Who asks for a lock. A lock must know this of operations of unknown outcome too, so it is part of the
 * input: a client's own name, or else the process. Without either nothing can be said of the history.
 */
import type { Value } from './value.ts';

export interface LockInput {
  readonly f: 'acquire' | 'release';
  readonly key?: string;
  /** Who holds the lock, where that is not the process: connections may share a session. */
  readonly client?: string | number;
  readonly process?: string | number;
  readonly value?: Value;
}

export type Holder = string | number;

export function holderOf({ f, client, process }: LockInput): Holder {
  const holder = client ?? process;
  if (holder === undefined) throw new TypeError(`${f}: the lock must know by which client or process`);
  return holder;
}
