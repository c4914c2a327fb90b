/**
 * The replicated state: values by key, and the table of client sessions that makes every command take
 * effect at most once (Ongaro's thesis §6.3). A pure function of the log: every node that applied the
 * same entries holds the same state, and expires the same sessions.
 */
import type { Json } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { isCount, isList, isObject } from '../json.ts';
import type { Outcome } from '../session-protocol.ts';
import { Sessions, type SessionRows } from '../sessions.ts';
import type { Command } from './entry.ts';
import type { Mark } from './marks.ts';

/** Values don't grow longer than this by appending. */
const MAX_GROWN_VALUE = 1_048_576;

/** As a snapshot holds it: `[key, value]`, and `[session, seq, outcome]` in order of last use. */
export type State = {
  readonly values: readonly (readonly [string, string])[];
  readonly sessions: SessionRows<Outcome>;
};

export class StateMachine {
  private values = new Map<string, string>();
  private readonly sessions: Sessions<Outcome>;
  private readonly bugs: Bugs;
  private readonly reached: (mark: Mark) => void;

  constructor(maxSessions: number, bugs: Bugs, reached: (mark: Mark) => void) {
    this.sessions = new Sessions(maxSessions);
    this.bugs = bugs;
    this.reached = reached;
  }

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  /** Applies the command at `index` of the log; `replay` when an earlier run of this node already did. */
  apply(index: number, command: Command, replay = false): Outcome {
    if (command[0] === 'register') return this.register(index);
    const [, id, seq] = command;
    const session = this.sessions.get(id);
    if (session === undefined) return { refused: 'session-expired' };
    if (seq <= session.seq && !replay && !this.bugs.has('no-dedup')) {
      this.reached('dedup-hit');
      return seq === session.seq ? session.outcome : { refused: 'stale-request' };
    }
    const outcome = this.execute(command);
    this.sessions.applied(id, seq, outcome);
    return outcome;
  }

  dump(): State {
    const rows = this.sessions.rows();
    const lossy = this.bugs.has('snapshot-loses-dedup');
    return {
      values: [...this.values],
      sessions: lossy ? rows.map(([id]) => [id, 0, NOTHING_DONE] as const) : rows,
    };
  }

  restore(state: State): void {
    this.values = new Map(state.values);
    this.sessions.restore(state.sessions);
  }

  private register(index: number): Outcome {
    if (this.sessions.open(index, NOTHING_DONE)) this.reached('session-evicted');
    return { ok: index };
  }

  private execute(command: Exclude<Command, readonly ['register']>): Outcome {
    const key = command[3];
    switch (command[0]) {
      case 'put':
        this.values.set(key, command[4]);
        return { ok: null };
      case 'append': {
        const grown = (this.values.get(key) ?? '') + command[4];
        if (grown.length > MAX_GROWN_VALUE) return { refused: 'value-too-large' };
        this.values.set(key, grown);
        return { ok: null };
      }
      case 'cas':
        if (this.values.get(key) !== command[4]) return { mismatch: true };
        this.values.set(key, command[5]);
        return { ok: null };
      case 'delete':
        this.values.delete(key);
        return { ok: null };
    }
  }
}

/** The outcome of sequence number 0, which no client uses. */
const NOTHING_DONE: Outcome = { refused: 'stale-request' };

export function isState(json: Json | undefined): json is State {
  if (!isObject(json) || !isList(json.values) || !isList(json.sessions)) return false;
  return (
    json.values.every(
      (pair) => isList(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    ) &&
    json.sessions.every(
      (row) => isList(row) && row.length === 3 && isCount(row[0]) && isCount(row[1]) && isObject(row[2]),
    )
  );
}
