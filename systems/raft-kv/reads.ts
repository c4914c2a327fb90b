/**
 * Linearizable reads by ReadIndex (thesis §6.4). A read may be answered from the leader's state once a
 * majority has confirmed, after the read came in, that this node still leads: no later leader can then
 * have committed anything before the read came in that is not in this state. All reads that come in
 * while one round of confirmation is under way share the next.
 *
 * A new leader's commit index may lag behind what its predecessor committed, so no round starts before
 * an entry of the current term is committed (the no-op at its start). The state is never behind the
 * commit index between two handler calls, so there is no index to wait for.
 *
 * With leases (lease.ts) a round that has been confirmed already will do, while it is young enough.
 */
import type { RequestId } from '../contract.ts';
import type { Member } from './member.ts';
import type { Replication } from './replication.ts';

interface Read {
  readonly request: RequestId;
  readonly key: string;
}

export class Reads {
  private readonly member: Member;
  private readonly replication: Replication;
  private waiting: Read[] = [];
  private underWay: { readonly round: number; readonly reads: readonly Read[] } | undefined;

  constructor(member: Member, replication: Replication) {
    this.member = member;
    this.replication = replication;
  }

  add(request: RequestId, key: string): void {
    const { env, settings } = this.member;
    if (settings.leaseReads && this.replication.lease.holds && this.commitsItsOwn) {
      env.reached('lease-read');
      this.answer({ request, key });
      return;
    }
    if (this.waiting.length + (this.underWay?.reads.length ?? 0) >= settings.maxPending) {
      env.reached('overloaded');
      env.reply(request, { refused: 'overloaded' });
      return;
    }
    this.waiting.push({ request, key });
    this.advance();
  }

  answer({ request, key }: Read): void {
    this.member.env.reply(request, { ok: this.member.machine.get(key) });
  }

  /** A follower has answered, or something was committed: answers and starts what can be. */
  advance(): void {
    for (;;) {
      if (this.underWay !== undefined) {
        if (!this.replication.confirmed(this.underWay.round)) return;
        const { reads } = this.underWay;
        this.underWay = undefined;
        for (const read of reads) this.answer(read);
      }
      if (this.waiting.length === 0 || !this.commitsItsOwn) return;
      this.underWay = { round: this.replication.startRound(), reads: this.waiting };
      this.waiting = [];
      this.member.env.reached('read-index');
    }
  }

  /** Something of the current term is committed, and so all that is committed is known here. */
  private get commitsItsOwn(): boolean {
    const { log, commit, term } = this.member;
    return log.termAt(commit) === term;
  }

  /** Leadership is lost. Reads have no effect, so this is a definite answer. */
  abandon(): void {
    const reads = [...(this.underWay?.reads ?? []), ...this.waiting];
    for (const { request } of reads) this.member.env.reply(request, { refused: 'not-leader', leader: null });
    this.waiting = [];
    this.underWay = undefined;
  }
}
