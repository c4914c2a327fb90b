/**
 * The leader's lease (thesis §6.4.1): for a while after a majority has answered one of its rounds it may
 * answer reads without another one, since those who answered vote for nobody meanwhile.
 *
 * A follower that hears of its leader keeps from voting for one election timeout (election.ts), a restart
 * included. It heard no earlier than the round was sent; so the lease counts from the sending, not from
 * the answers, which may have been under way for long. No leader of a later term can be elected without
 * one of the majority that answered, so none exists before an election timeout has passed since the
 * sending, and until then all that is committed is in this leader's state.
 *
 * Followers wait by their timers, the leader looks at its clock; what lies between the two is
 * `clockBound`. The lease is right as long as this node's clock loses at most that against the others'
 * timers in any span of two election timeouts, whether it runs slow, jumps back, or both. (What has lost
 * no more over two of them shows, at any time after one has passed, that at least one less the bound
 * has.) A clock that gains only ends leases early. One that is set back by more, or forward and then
 * right again by more, lets a leader answer when another one leads already: no code here can tell.
 */
import type { Member } from './member.ts';

/** Rounds begun and not yet answered by a majority whose times are kept; of more, the later ones are not. */
const MAX_ROUNDS = 256;

export class Lease {
  private readonly member: Member;
  /** When rounds were begun, by this node's clock; oldest first. */
  private readonly begun: { readonly round: number; readonly at: number }[] = [];
  /** The beginning of the newest round that a majority has answered. */
  private since: number | undefined;

  constructor(member: Member) {
    this.member = member;
  }

  /** A new term of leadership begins; what was promised to an earlier one says nothing. */
  reset(): void {
    this.begun.length = 0;
    this.since = undefined;
  }

  /** To be called before anything of the round is sent. */
  begin(round: number): void {
    if (this.begun.length < MAX_ROUNDS) this.begun.push({ round, at: this.member.env.now() });
  }

  /** A majority has answered `round`, and with it all before. */
  answered(round: number): void {
    while (this.begun.length > 0 && this.begun[0]!.round <= round) this.since = this.begun.shift()!.at;
  }

  get holds(): boolean {
    const { env, bugs, settings } = this.member;
    if (this.since === undefined) return false;
    // checkQuorum would then end the lease, which asks every election timeout: too late by up to one.
    if (bugs.has('lease-without-clock-bound')) return true;
    return env.now() - this.since < settings.electionTimeout - settings.clockBound;
  }
}
