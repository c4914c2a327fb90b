/**
 * The replicated service: values by key, a clock that never runs backwards, and the sessions that make every
 * command take effect at most once. A pure function of the log: replicas that executed the same entries
 * hold the same state.
 */
import type { Json } from '../contract.ts';
import { isCount, isList, isObject } from '../json.ts';
import type { Outcome } from '../session-protocol.ts';
import { Sessions, type SessionRows } from '../sessions.ts';
import { Fingerprint, textHash } from '../fingerprint.ts';
import type { Chance, Input } from './input.ts';
import type { Mark } from './marks.ts';

/** Values don't grow longer than this by appending. */
const MAX_GROWN_VALUE = 1_048_576;

/** As a snapshot holds it, and a state transfer sends it. */
export type State = {
  readonly values: readonly (readonly [string, string])[];
  readonly clock: number;
  readonly sessions: SessionRows<Outcome>;
};

type SessionCommand = Exclude<Input, readonly ['register'] | readonly ['get', string] | readonly ['tick']>;

export class StateMachine {
  private values = new Map<string, string>();
  private clock = 0;
  private readonly sessions: Sessions<Outcome>;
  private fingerprint = new Fingerprint();
  private readonly reached: (mark: Mark) => void;

  constructor(maxSessions: number, reached: (mark: Mark) => void) {
    this.sessions = new Sessions(maxSessions);
    this.reached = reached;
  }

  /** Executes the input at `position` of the log. */
  execute(position: number, input: Input, chance: Chance): Outcome {
    switch (input[0]) {
      case 'register':
        if (this.sessions.open(position, NOTHING_DONE)) this.reached('session-evicted');
        return { ok: position };
      case 'get':
        return { ok: this.values.get(input[1]) ?? null };
      case 'tick':
        return { ok: (this.clock = Math.max(this.clock, Number(chance))) };
      default:
        return this.once(input, chance);
    }
  }

  /** Of everything but the outcomes that sessions were told: replicas alike have the same, others hardly. */
  get digest(): number {
    return (this.fingerprint.sum + Math.imul(this.clock, 0x9e3779b1) + this.sessions.digest) | 0;
  }

  dump(): State {
    return { values: [...this.values], clock: this.clock, sessions: this.sessions.rows() };
  }

  restore({ values, clock, sessions }: State): void {
    this.values = new Map();
    this.fingerprint = new Fingerprint();
    for (const [key, value] of values) this.set(key, value);
    this.clock = clock;
    this.sessions.restore(sessions);
  }

  /** Seeded bug `no-dedup-after-failover`: what the sessions have done was the old primary's to know. */
  forgetOutcomes(): void {
    this.sessions.restore(this.sessions.rows().map(([id]) => [id, 0, NOTHING_DONE]));
  }

  private once(command: SessionCommand, chance: Chance): Outcome {
    const [, id, seq] = command;
    const session = this.sessions.get(id);
    if (session === undefined) return { refused: 'session-expired' };
    if (seq <= session.seq) {
      this.reached('dedup-hit');
      return seq === session.seq ? session.outcome : { refused: 'stale-request' };
    }
    const outcome = this.take(command, chance);
    this.sessions.applied(id, seq, outcome);
    return outcome;
  }

  private take(command: SessionCommand, chance: Chance): Outcome {
    const key = command[3];
    switch (command[0]) {
      case 'put':
        this.set(key, command[4]);
        return { ok: null };
      case 'append':
        return this.append(key, command[4]);
      case 'cas':
        if (this.values.get(key) !== command[4]) return { mismatch: true };
        this.set(key, command[5]);
        return { ok: null };
      case 'delete':
        this.values.delete(key);
        this.fingerprint.remove(key);
        return { ok: null };
      case 'draw': {
        const token = String(chance);
        this.set(key, token);
        return { ok: token };
      }
    }
  }

  private set(key: string, value: string): void {
    this.values.set(key, value);
    this.fingerprint.put(key, textHash(value));
  }

  private append(key: string, text: string): Outcome {
    const before = this.values.get(key) ?? '';
    if (before.length + text.length > MAX_GROWN_VALUE) return { refused: 'value-too-large' };
    this.values.set(key, before + text);
    this.fingerprint.extend(key, text);
    return { ok: null };
  }
}

/** The outcome of sequence number 0, which no client uses. */
const NOTHING_DONE: Outcome = { refused: 'stale-request' };

export function isState(json: Json | undefined): json is State {
  if (!isObject(json) || !isList(json.values) || !isList(json.sessions)) return false;
  return (
    Number.isSafeInteger(json.clock) &&
    json.values.every(
      (pair) => isList(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    ) &&
    json.sessions.every(
      (row) => isList(row) && row.length === 3 && isCount(row[0]) && isCount(row[1]) && isObject(row[2]),
    )
  );
}
