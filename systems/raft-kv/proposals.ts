/**
 * Clients' commands on their way through the leader's log. What comes in while a sync is under way is
 * gathered, and goes into the log as one record, to each follower as one append, under one sync.
 */
import type { RequestId } from '../contract.ts';
import type { Command, Entry } from './entry.ts';
import type { Member } from './member.ts';
import type { Replication } from './replication.ts';
import type { Outcome } from '../session-protocol.ts';

export class Proposals {
  private readonly member: Member;
  private readonly replication: Replication;
  /** Not yet in the log. */
  private gathered: { readonly request: RequestId; readonly command: Command }[] = [];
  /** In the log of this leader's term, by index; not yet committed. */
  private readonly pending = new Map<number, RequestId>();

  constructor(member: Member, replication: Replication) {
    this.member = member;
    this.replication = replication;
  }

  add(request: RequestId, command: Command): void {
    const { env, settings, log } = this.member;
    if (this.pending.size + this.gathered.length >= settings.maxPending) {
      env.reached('overloaded');
      env.reply(request, { refused: 'overloaded' });
      return;
    }
    this.gathered.push({ request, command });
    if (!log.flushing) this.flush();
  }

  /** Puts what was gathered into the log, and on its way. */
  flush(): void {
    if (this.gathered.length === 0) return;
    const { env, term, log, bugs } = this.member;
    if (this.gathered.length > 1) env.reached('group-commit');
    const from = log.lastIndex + 1;
    this.gathered.forEach(({ request, command }, at) => {
      if (bugs.has('ack-before-commit') && command[0] !== 'register' && command[0] !== 'cas') {
        env.reply(request, { ok: null });
      } else this.pending.set(from + at, request);
    });
    const entries = this.gathered.map(({ command }): Entry => [term, command]);
    this.gathered = [];
    log.write(from, entries);
    this.replication.push();
  }

  applied(index: number, outcome: Outcome): void {
    const request = this.pending.get(index);
    if (request === undefined) return;
    this.pending.delete(index);
    this.member.env.reply(request, outcome);
  }

  /** Leadership is lost. What is in the log may yet be committed by another leader, or be lost: nobody knows. */
  abandon(): void {
    const { env } = this.member;
    if (this.pending.size > 0) env.reached('fate-unknown');
    for (const request of this.pending.values()) env.reply(request, { unknown: 'lost-leadership' });
    this.pending.clear();
    for (const { request } of this.gathered) env.reply(request, { refused: 'not-leader', leader: null });
    this.gathered = [];
  }
}
