/**
 * The leader's side of replication (paper §5.3, §5.4.2; thesis §10.2): one `Progress` a follower, and
 * the commit index that follows of them.
 *
 *  - `probe`: where the follower's log agrees is not known; one append at a time until it says.
 *  - `replicate`: appends are sent ahead of their acknowledgements, `maxInFlight` of them at most, so a
 *    follower that is slow or cut off holds up a bounded part of the log, and nothing but itself.
 *  - `snapshot`: the log no longer reaches back to it; it gets the snapshot, a chunk at a time.
 *
 * The leader sends entries while its own disk still syncs them, and counts itself among those that hold
 * them only when it is done (thesis §10.2.1).
 */
import type { NodeId } from '../contract.ts';
import { Lease } from './lease.ts';
import type { Member } from './member.ts';
import type { Ack, Nack, SnapshotAck } from './messages.ts';
import type { Snapshot } from '../snapshots.ts';

/** Characters of keys and values in one append, about. */
const MAX_APPEND_SIZE = 524_288;

interface Progress {
  mode: 'probe' | 'replicate' | 'snapshot';
  /** The next entry to send, and up to where the follower is known to hold the log durably. */
  next: number;
  match: number;
  /** In `probe`: entries are on their way. In `snapshot`: it got further since the last heartbeat. */
  busy: boolean;
  /** Last index of each append sent and not yet acknowledged; in `replicate`. */
  readonly inFlight: number[];
  /** The snapshot being sent and how much has arrived; in `snapshot`. */
  sending: { readonly snapshot: Snapshot; offset: number } | undefined;
  /** Its newest round of leadership confirmation. */
  round: number;
  /** It was heard of since leadership was last checked. */
  active: boolean;
}

export class Replication {
  readonly lease: Lease;
  private readonly member: Member;
  private readonly progress = new Map<NodeId, Progress>();
  private round = 0;
  private figure8 = false;

  constructor(member: Member) {
    this.member = member;
    this.lease = new Lease(member);
  }

  /** A new term of leadership begins. */
  start(): void {
    this.round = 0;
    this.lease.reset();
    this.figure8 = false;
    for (const peer of this.member.env.peers) {
      this.progress.set(peer, {
        mode: 'probe',
        next: this.member.log.lastIndex + 1,
        match: 0,
        busy: false,
        inFlight: [],
        sending: undefined,
        round: 0,
        active: true,
      });
    }
  }

  /** Sends each follower what it may be sent of what it lacks. */
  push(): void {
    for (const [peer, progress] of this.progress) this.pushTo(peer, progress);
  }

  /** Tells every follower that this node leads. What answers to it says what was lost, and is sent again. */
  heartbeat(): void {
    if (this.member.settings.leaseReads) this.beginRound();
    for (const [peer, progress] of this.progress) {
      const stalled = progress.mode === 'snapshot' && !progress.busy;
      this.sendBeat(peer, progress, stalled ? this.member.settings.snapshotChunk : 0);
      if (progress.mode === 'snapshot') progress.busy = false;
    }
  }

  /** Starts a round of leadership confirmation; its number. */
  startRound(): number {
    this.beginRound();
    for (const [peer, progress] of this.progress) this.sendBeat(peer, progress, 0);
    return this.round;
  }

  /** A majority has answered since that round began. */
  confirmed(round: number): boolean {
    let count = 1;
    for (const progress of this.progress.values()) if (progress.round >= round) count++;
    return count >= this.member.quorum;
  }

  private newestConfirmed(): number {
    let newest = 0;
    for (const { round } of this.progress.values())
      if (round > newest && this.confirmed(round)) newest = round;
    return newest;
  }

  /** A majority was heard of since this was last asked (thesis §6.2). */
  quorumActive(): boolean {
    let count = 1;
    for (const progress of this.progress.values()) {
      if (progress.active) count++;
      progress.active = false;
    }
    return count >= this.member.quorum;
  }

  onAck(from: NodeId, ack: Ack): void {
    const progress = this.heardFrom(from, ack.round);
    if (progress === undefined) return;
    const match = Math.min(ack.match, this.member.log.lastIndex);
    const advanced = match > progress.match;
    if (advanced) progress.match = match;
    if (progress.mode === 'replicate') {
      while (progress.inFlight.length > 0 && progress.inFlight[0]! <= progress.match)
        progress.inFlight.shift();
      progress.next = Math.max(progress.next, progress.match + 1);
    } else if (progress.mode === 'probe' || ack.match >= progress.sending!.snapshot.position.index) {
      progress.mode = 'replicate';
      progress.next = Math.max(progress.next, progress.match + 1);
      progress.sending = undefined;
    }
    if (advanced) this.advanceCommit();
    this.pushTo(from, progress);
  }

  onNack(from: NodeId, nack: Nack): void {
    const progress = this.heardFrom(from, nack.round);
    if (progress === undefined || progress.mode === 'snapshot') return;
    // Of several appends in flight only the first refusal says anything new.
    if (progress.mode === 'probe' ? nack.prevIndex !== progress.next - 1 : nack.prevIndex >= progress.next)
      return;
    progress.mode = 'probe';
    progress.inFlight.length = 0;
    progress.next = Math.max(1, Math.min(nack.prevIndex, this.backUp(nack)));
    if (progress.next < nack.prevIndex) this.member.env.reached('fast-backup');
    progress.busy = false;
    this.pushTo(from, progress);
  }

  onSnapshotAck(from: NodeId, ack: SnapshotAck): void {
    const progress = this.heardFrom(from, ack.round);
    const sending = progress?.sending;
    if (progress === undefined || sending === undefined || ack.index !== sending.snapshot.position.index)
      return;
    const advanced = ack.received > sending.offset;
    if (ack.received > sending.snapshot.text.length || ack.received === sending.offset) return;
    sending.offset = ack.received;
    // Going backwards, it has lost what it had: the next heartbeat repeats from there.
    progress.busy = advanced;
    if (advanced && sending.offset < sending.snapshot.text.length) {
      this.sendChunk(from, progress, this.member.settings.snapshotChunk);
    }
  }

  /** Takes into account what has become durable here or elsewhere. */
  advanceCommit(): void {
    const { member } = this;
    const onMajority = this.heldByMajority();
    if (onMajority <= member.commit) return;
    // Paper §5.4.2 and its Figure 8: copies on a majority commit an entry of this term, and with it all
    // before; an entry of an earlier term they do not, a later leader may still overwrite it.
    if (member.log.termAt(onMajority) !== member.term) {
      if (!this.figure8) member.env.reached('figure-8');
      this.figure8 = true;
      if (!member.bugs.has('commit-by-count')) return;
    } else if (member.log.termAt(member.commit) !== member.term) {
      member.env.reached('no-op-committed');
      if (member.log.termAt(member.commit + 1) !== member.term) member.env.reached('earlier-terms-committed');
    }
    member.commitTo(onMajority);
  }

  /** The last index that a majority holds durably: the greatest that enough of them have reached. */
  private heldByMajority(): number {
    let greatest = 0;
    for (const { match } of this.progress.values())
      if (match > greatest && this.holders(match) >= this.member.quorum) greatest = match;
    const own = this.member.log.durable;
    return own > greatest && this.holders(own) >= this.member.quorum ? own : greatest;
  }

  private holders(index: number): number {
    let count = this.member.log.durable >= index ? 1 : 0;
    for (const { match } of this.progress.values()) if (match >= index) count++;
    return count;
  }

  private beginRound(): void {
    this.round++;
    if (this.member.settings.leaseReads) this.lease.begin(this.round);
  }

  private heardFrom(from: NodeId, round: number): Progress | undefined {
    const progress = this.progress.get(from);
    if (progress === undefined) return undefined;
    progress.active = true;
    // Rounds that were never begun are nothing a correct follower can have seen.
    if (round > progress.round && round <= this.round) {
      progress.round = round;
      if (this.member.settings.leaseReads) this.lease.answered(this.newestConfirmed());
    }
    return progress;
  }

  private pushTo(peer: NodeId, progress: Progress): void {
    const { log, settings, env } = this.member;
    if (this.outOfReach(progress)) this.startSnapshot(peer, progress);
    switch (progress.mode) {
      case 'probe':
        if (!progress.busy) this.sendAppend(peer, progress.next, settings.maxBatch);
        progress.busy = true;
        return;
      case 'replicate':
        while (progress.next <= log.lastIndex && progress.inFlight.length < settings.maxInFlight) {
          progress.next += this.sendAppend(peer, progress.next, settings.maxBatch);
          progress.inFlight.push(progress.next - 1);
          if (progress.inFlight.length === settings.maxInFlight) env.reached('window-full');
        }
        return;
      case 'snapshot':
        return;
    }
  }

  private sendBeat(peer: NodeId, progress: Progress, characters: number): void {
    if (this.outOfReach(progress)) this.startSnapshot(peer, progress);
    else if (progress.mode === 'snapshot') this.sendChunk(peer, progress, characters);
    else this.sendAppend(peer, progress.next, 0);
  }

  /** The log starts only after what this follower would need next. */
  private outOfReach({ mode, next }: Progress): boolean {
    return mode !== 'snapshot' && this.member.log.termAt(next - 1) === undefined;
  }

  /** Returns how many entries went with it. */
  private sendAppend(peer: NodeId, next: number, maxEntries: number): number {
    const { term, commit, log } = this.member;
    const prevIndex = next - 1;
    const prevTerm = log.termAt(prevIndex);
    if (prevTerm === undefined) return 0;
    const entries = maxEntries > 0 ? log.slice(next, maxEntries, MAX_APPEND_SIZE) : [];
    const { round } = this;
    this.member.send(peer, { type: 'append', term, prevIndex, prevTerm, commit, round, entries });
    return entries.length;
  }

  private startSnapshot(peer: NodeId, progress: Progress): void {
    const snapshot = this.member.snapshots.latest;
    if (snapshot === undefined) return;
    progress.mode = 'snapshot';
    progress.inFlight.length = 0;
    progress.sending = { snapshot, offset: 0 };
    progress.busy = true;
    this.member.env.reached('snapshot-sent');
    this.member.env.log('sends a snapshot', { to: peer, index: snapshot.position.index });
    this.sendChunk(peer, progress, this.member.settings.snapshotChunk);
  }

  private sendChunk(peer: NodeId, { sending }: Progress, characters: number): void {
    if (sending === undefined) return;
    const { snapshot, offset } = sending;
    this.member.send(peer, {
      type: 'snapshot',
      term: this.member.term,
      index: snapshot.position.index,
      size: snapshot.text.length,
      offset,
      data: snapshot.text.slice(offset, offset + characters),
      round: this.round,
    });
  }

  /** Where to try next: past this log's last entry of the conflicting term, or at the follower's first. */
  private backUp({ conflictTerm, conflictIndex }: Nack): number {
    if (conflictTerm === null) return conflictIndex;
    const { log } = this.member;
    const after = log.firstOfTerm(conflictTerm + 1);
    return log.termAt(after - 1) === conflictTerm ? after : conflictIndex;
  }
}
