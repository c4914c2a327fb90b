/**
 * The follower's side of replication (paper §5.3, §7): what to do with a leader's entries and
 * snapshots. By the time one of these is called, the sender is the leader of the current term.
 *
 * Nothing is acknowledged that is not on disk. Acknowledgements are cumulative, so all appends that one
 * sync covers share one.
 */
import type { NodeId } from '../contract.ts';
import type { Entry } from './entry.ts';
import type { Member } from './member.ts';
import type { Append, SnapshotChunk } from './messages.ts';

export class Follower {
  private readonly member: Member;
  /** Of the term last heard of: up to where the log is known to be the leader's, and its newest round. */
  private term = 0;
  private verified = 0;
  private round = 0;
  /** An acknowledgement waits for the log's sync. */
  private ackOwed = false;

  constructor(member: Member) {
    this.member = member;
  }

  onAppend(leader: NodeId, append: Append): void {
    const { log } = this.member;
    this.enter(append.term);
    this.round = Math.max(this.round, append.round);
    // Up to the log's start all is committed, so the leader has the same.
    const known = Math.max(0, Math.min(log.start.index - append.prevIndex, append.entries.length));
    const prevIndex = append.prevIndex + known;
    const covered = prevIndex < log.start.index;
    const agrees = covered || (known > 0 ? log.start.term : append.prevTerm) === log.termAt(prevIndex);
    const { bugs } = this.member;
    // Having "verified" an entry of its own once, it would otherwise find out at the next append.
    const kept = bugs.has('keep-conflicting-suffix') && prevIndex <= this.verified;
    if (!agrees && !kept && !bugs.has('no-prev-check')) {
      this.refuse(leader, append.prevIndex);
      return;
    }
    const entries = known > 0 ? append.entries.slice(known) : append.entries;
    if (!covered && !this.merge(prevIndex, append.prevTerm, entries)) return;
    this.verified = Math.max(this.verified, prevIndex + entries.length);
    this.member.commitTo(Math.min(append.commit, this.verified));
    // A heartbeat confirms the leader, which needs no sync; entries wait for theirs.
    if (append.entries.length === 0 || log.durable >= this.verified) this.acknowledge();
    else this.ackOwed = true;
  }

  onSnapshot(leader: NodeId, chunk: SnapshotChunk): void {
    const { member } = this;
    this.enter(chunk.term);
    this.round = Math.max(this.round, chunk.round);
    if (chunk.index <= member.commit) {
      this.verified = Math.max(this.verified, chunk.index);
      this.acknowledge();
      return;
    }
    const received = member.snapshots.receive(leader, chunk);
    member.snapshots.writeReceived();
    const { term, index } = chunk;
    const { round } = this;
    member.hard.whenSaved(() => {
      if (member.term === term) member.send(leader, { type: 'snapshot-ack', term, index, received, round });
    });
  }

  /** The leader's snapshot is on disk and in place. */
  installed(index: number): void {
    if (this.term !== this.member.term) return;
    this.verified = Math.max(this.verified, index);
    this.acknowledge();
  }

  /** A sync of the log has ended. */
  flushed(): void {
    if (this.ackOwed && this.term === this.member.term) this.acknowledge();
  }

  private enter(term: number): void {
    if (term === this.term) return;
    this.term = term;
    this.verified = 0;
    this.round = 0;
    this.ackOwed = false;
  }

  /** Writes what of `entries` the log doesn't hold yet. False when that would undo what is committed. */
  private merge(prevIndex: number, prevTerm: number, entries: readonly Entry[]): boolean {
    const { log, commit, bugs, env } = this.member;
    // A log kept by index, in which an index that was never written reads as nothing.
    while (bugs.has('no-prev-check') && log.lastIndex < prevIndex)
      log.write(log.lastIndex + 1, [[prevTerm, null]]);
    let held = 0;
    while (held < entries.length && log.termAt(prevIndex + 1 + held) === entries[held]![0]) held++;
    if (bugs.has('keep-conflicting-suffix')) held = Math.max(held, log.lastIndex - prevIndex);
    if (held >= entries.length) return true;
    const from = prevIndex + 1 + held;
    if (from <= log.lastIndex) {
      // With a seeded bug this can come to pass; the system under test then goes on, as one without
      // such a check would, so that it is the clients who find out.
      if (from <= commit && bugs.size === 0) {
        env.halt(
          `a leader's entries conflict with a committed one, at index ${from}, commit index ${commit}`,
        );
        return false;
      }
      env.log('conflicting suffix deleted', { from, to: log.lastIndex, commit });
      env.reached('truncated-suffix');
    }
    log.write(from, held > 0 ? entries.slice(held) : entries);
    return true;
  }

  private acknowledge(): void {
    const { member } = this;
    const { term, leader } = member;
    this.ackOwed = member.log.durable < this.verified;
    if (leader === null || leader === member.env.id) return;
    const { round } = this;
    const match = Math.min(this.verified, member.log.durable);
    member.hard.whenSaved(() => {
      if (member.term === term) member.send(leader, { type: 'ack', term, match, round });
    });
  }

  private refuse(leader: NodeId, prevIndex: number): void {
    const { member, round } = this;
    const { term, log } = member;
    const conflictTerm = prevIndex <= log.lastIndex ? (log.termAt(prevIndex) ?? null) : null;
    const conflictIndex = conflictTerm === null ? log.lastIndex + 1 : log.firstOfTerm(conflictTerm);
    member.hard.whenSaved(() => {
      if (member.term !== term) return;
      member.send(leader, { type: 'nack', term, prevIndex, conflictTerm, conflictIndex, round });
    });
  }
}
