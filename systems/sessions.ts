/**
 * Client sessions (Ongaro's thesis §6.3): what makes every command take effect at most once. They are part
 * of the replicated state, so whoever takes over, restarts or goes on from a snapshot knows them too; and
 * they change only as commands are applied, so every replica expires the same ones.
 */
import { mix } from './fingerprint.ts';

/** The position in the log of the command that registered it. */
export type SessionId = number;

export interface Session<Outcome> {
  /** Of the last command applied; each client has one command at a time, so one is enough. */
  readonly seq: number;
  readonly outcome: Outcome;
}

/** As a snapshot holds them, in order of last use. */
export type SessionRows<Outcome> = readonly (readonly [SessionId, number, Outcome])[];

export class Sessions<Outcome> {
  /** In order of last use, by the log: what a `Map` keeps when a used session is put at its end. */
  private readonly byId = new Map<SessionId, Session<Outcome>>();
  private readonly max: number;
  private sum = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Of which commands the sessions had applied: the same on replicas alike. */
  get digest(): number {
    return this.sum;
  }

  get(id: SessionId): Session<Outcome> | undefined {
    return this.byId.get(id);
  }

  /** A new session, of which `outcome` is told for sequence number 0. True when one had to make room for it. */
  open(id: SessionId, outcome: Outcome): boolean {
    const full = this.byId.size >= this.max;
    if (full) {
      for (const oldest of this.byId.keys()) {
        this.remove(oldest);
        break;
      }
    }
    this.add(id, { seq: 0, outcome });
    return full;
  }

  /** Its command `seq` has been applied. */
  applied(id: SessionId, seq: number, outcome: Outcome): void {
    this.remove(id);
    this.add(id, { seq, outcome });
  }

  rows(): SessionRows<Outcome> {
    return Array.from(this.byId, ([id, { seq, outcome }]) => [id, seq, outcome] as const);
  }

  restore(rows: SessionRows<Outcome>): void {
    this.byId.clear();
    this.sum = 0;
    for (const [id, seq, outcome] of rows) this.add(id, { seq, outcome });
  }

  private add(id: SessionId, session: Session<Outcome>): void {
    this.byId.set(id, session);
    this.sum = (this.sum + mix(id, session.seq)) | 0;
  }

  private remove(id: SessionId): void {
    const session = this.byId.get(id);
    if (session === undefined) return;
    this.byId.delete(id);
    this.sum = (this.sum - mix(id, session.seq)) | 0;
  }
}
