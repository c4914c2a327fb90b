/**
 * One replica: what comes in goes from here to the part that knows what to do, and here the node changes
 * its role.
 *
 *  - `primary`  it serves, and is the only one of its epoch;
 *  - `backup`   it follows a primary, and may take over;
 *  - `spare`    it knows of a primary, or waits to hear of one; it may be on its way to become a backup;
 *  - `waiting`  it has heard of nobody and asked the arbiter whether it may go on alone. Till it is answered,
 *               or hears of a later epoch, it serves nobody and follows nobody.
 *
 * Who may serve, in one sentence: whoever the arbiter's test-and-set (test-and-set.ts) let go live, until it
 * asks again. A replica that starts, whatever it was before, knows only its copy and what that is a copy of.
 */
import type { DiskCompletion, Json, Node, NodeId, NodeStatus, RequestId, TimerId } from '../contract.ts';
import { CorruptFile } from '../json-records.ts';
import type { Bugs } from './bugs.ts';
import { Follower } from './follower.ts';
import type { MarkingEnv } from './marks.ts';
import { arbiterOf, parseMessage, type Message, type Verdict } from './messages.ts';
import { Primary, type Parts } from './primary.ts';
import { Question } from './question.ts';
import { parseRequest } from './requests.ts';
import type { Settings } from './settings.ts';
import { Silence } from './silence.ts';
import { Store } from './store.ts';

/** Epochs that this process has served in, of which it tells. */
const SERVED_KEPT = 32;
/** So much longer than a backup waits for its primary, one that was the primary itself waits for the backup. */
const FORMER_PRIMARY_PATIENCE = 2;

export class Replica implements Node {
  /** What the node has; open to look at, for tests of the protocol's invariants. */
  readonly store: Store;
  private readonly parts: Parts;
  private readonly env: MarkingEnv;
  private readonly arbiter: NodeId;
  private readonly silence: Silence;
  private readonly primary: Primary;
  private readonly follower: Follower;
  private role: 'primary' | 'backup' | 'spare' | 'waiting' = 'spare';
  private leader: NodeId | null = null;
  /** The latest epoch that was heard of. */
  private latest = 0;
  /** It waits, but was the primary of its epoch, and its outputs wait with it. */
  private suspended = false;
  private readonly served: number[] = [];

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.arbiter = arbiterOf([env.id, ...env.peers]);
    const replicas = env.peers.filter((id) => id !== this.arbiter);
    this.store = new Store(env, settings, bugs);
    const question = new Question(env, this.arbiter, settings.failureTimeout / 2);
    this.parts = { env, settings, bugs, store: this.store, question, replicas };
    this.silence = new Silence(env, () => this.askToGoLive(this.store.epoch));
    this.primary = new Primary(this.parts, () => this.suspend());
    this.follower = new Follower(env, this.store, bugs);
  }

  onStart(): void {
    const { store, env, parts } = this;
    try {
      store.recover();
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      env.halt(error.message);
      return;
    }
    this.latest = store.epoch;
    env.log('started', { epoch: store.epoch, led: store.led, logEnd: store.log.lastIndex });
    if (store.led && parts.bugs.has('old-primary-resumes')) {
      this.serve(store.epoch);
      return;
    }
    const { failureTimeout } = parts.settings;
    this.silence.listen(failureTimeout * (store.led ? FORMER_PRIMARY_PATIENCE : 1));
  }

  onMessage(from: NodeId, json: Json): void {
    const message = this.env.peers.includes(from) ? parseMessage(json) : undefined;
    if (message === undefined || (from === this.arbiter) !== (message.type === 'verdict')) {
      this.env.log('ignores a message that is none of the protocol', { from });
    } else if (message.type === 'verdict') this.onVerdict(message);
    else this.onReplica(from, message);
  }

  onTimer(timer: TimerId): void {
    if (this.primary.onTimer(timer) || this.silence.onTimer(timer)) return;
    this.parts.question.onTimer(timer);
  }

  onRequest(request: RequestId, body: Json): void {
    const input = parseRequest(body);
    if (input === undefined) {
      const why = 'no such operation, or its session, seq, key or value is missing or malformed';
      this.env.reply(request, { refused: 'bad-request', why });
    } else if (this.role === 'primary') this.primary.onRequest(request, input);
    else this.env.reply(request, { refused: 'not-leader', leader: this.leader });
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) {
      this.env.halt(`the disk failed: ${error}`);
      return;
    }
    const done = this.store.completed(token);
    if (done === 'installed') {
      this.env.log('has the state', { epoch: this.store.epoch, at: this.store.applied });
      this.latest = Math.max(this.latest, this.store.epoch);
      this.follower.installed();
    } else if (done === 'log') {
      this.store.log.sync();
      if (this.role === 'primary') this.primary.onDurable();
      else if (this.role !== 'waiting') this.follower.onDurable();
    }
    if (done === 'other' || done === 'installed') this.follower.installIncoming();
    this.store.compact(this.role === 'primary' || this.suspended ? this.primary.needed : Infinity);
  }

  status(): NodeStatus {
    const { store, role, leader } = this;
    return {
      role,
      term: role === 'primary' ? store.epoch : this.latest,
      leader,
      logEnd: store.log.lastIndex,
      commit: role === 'primary' ? this.primary.output.cleared : store.log.durable,
      applied: store.applied,
      facts: { served: this.served, digests: store.digests.recent },
    };
  }

  private onReplica(from: NodeId, message: Exclude<Message, Verdict>): void {
    switch (message.type) {
      case 'presence':
        this.onPresence(from, message.epoch, message.wanted);
        return;
      case 'log':
        if (!this.hears(from, message.epoch) || message.epoch !== this.store.epoch) return;
        this.role = message.armed ? 'backup' : 'spare';
        this.follower.onBatch(from, message);
        return;
      case 'state':
        if (this.hears(from, message.epoch)) this.follower.onState(from, message);
        return;
      case 'willing':
        if (this.role === 'primary') this.primary.onWilling(from, message.epoch);
        return;
      case 'ack':
        if (this.role === 'primary') this.primary.onAck(from, message);
        return;
      case 'state-ack':
        if (this.role === 'primary') this.primary.onStateAck(from, message);
        return;
      case 'go-live':
      case 'arm':
        this.env.log('is asked what is for the arbiter', { from });
    }
  }

  private onPresence(from: NodeId, epoch: number, wanted: boolean): void {
    if (!this.hears(from, epoch)) return;
    // Its primary goes on without it.
    if (wanted && this.role === 'backup') this.role = 'spare';
    if (wanted) this.env.send(from, { type: 'willing', epoch });
  }

  /** Word of the primary of `epoch`. True when this replica follows it now, or would. */
  private hears(from: NodeId, epoch: number): boolean {
    if (epoch < this.latest) return false;
    const isLater = epoch > this.latest;
    const keepsServing = this.parts.bugs.has('loser-keeps-serving') && this.role === 'primary';
    if ((this.role === 'primary' || this.role === 'waiting') && (!isLater || keepsServing)) return false;
    if (this.role === 'primary') this.env.reached('superseded');
    this.latest = epoch;
    if (this.role !== 'spare' && isLater) this.stepAside();
    if (this.leader !== from) this.env.log('hears of a primary', { primary: from, epoch });
    this.leader = from;
    this.silence.heard();
    return true;
  }

  /** A backup that it can't hear may be about to take over, or have: only the arbiter knows. */
  private suspend(): void {
    this.primary.suspend();
    this.suspended = true;
    this.askToGoLive(this.store.epoch);
  }

  private askToGoLive(epoch: number): void {
    const { env, parts } = this;
    this.silence.stop();
    this.follower.leave();
    const wasBackup = this.role === 'backup';
    this.role = 'waiting';
    this.leader = null;
    if (wasBackup && parts.bugs.has('no-test-and-set')) {
      this.goLive(epoch + 1, true);
      return;
    }
    env.log('asks to go on alone', { epoch });
    env.reached('asked-arbiter');
    parts.question.ask({ type: 'go-live', epoch });
  }

  private onVerdict(verdict: Verdict): void {
    const plea = this.parts.question.answered(verdict);
    if (plea === undefined) return;
    const { granted, record } = verdict;
    if (plea.type === 'arm') {
      if (this.role === 'primary') this.primary.onArmed(granted, record);
    } else if (granted) this.goLive(record.epoch, this.store.epoch > 0 && !this.store.led);
    else if (record.primary === this.env.id && record.epoch > plea.epoch) {
      // It was let go live before, and never heard of it. Nobody else has been since.
      this.askToGoLive(record.epoch);
    } else this.lose(record.primary, record.epoch);
  }

  /** It is somebody else's turn. A primary that hears this terminates: its copy is worth nothing any more. */
  private lose(winner: NodeId | null, epoch: number): void {
    this.env.log('may not go on alone', { epoch, primary: winner });
    if (this.suspended && this.parts.bugs.has('loser-keeps-serving')) {
      this.serve(this.store.epoch);
      return;
    }
    if (this.suspended) this.env.reached('both-asked');
    this.latest = Math.max(this.latest, epoch);
    this.stepAside();
    this.leader = winner === this.env.id ? null : winner;
  }

  /** From whatever it was, it becomes a spare, in this same process. */
  private stepAside(): void {
    if (this.role === 'primary' || this.suspended) this.primary.end();
    this.suspended = false;
    this.parts.question.close();
    this.follower.leave();
    this.role = 'spare';
    this.leader = null;
    this.silence.listen(this.parts.settings.failureTimeout);
  }

  private goLive(epoch: number, wasBackup: boolean): void {
    this.env.reached(wasBackup ? 'took-over' : 'resumed-alone');
    if (wasBackup && this.parts.bugs.has('no-dedup-after-failover')) this.store.machine.forgetOutcomes();
    this.store.lead(epoch, () => {
      if (this.role === 'waiting' && this.store.epoch === epoch) this.serve(epoch);
    });
  }

  private serve(epoch: number): void {
    this.env.log('serves', { epoch, logEnd: this.store.log.lastIndex });
    this.env.reached('went-live');
    this.silence.stop();
    this.suspended = false;
    this.role = 'primary';
    this.leader = this.env.id;
    this.latest = Math.max(this.latest, epoch);
    this.served.push(epoch);
    if (this.served.length > SERVED_KEPT) this.served.shift();
    this.primary.serve(epoch);
  }
}
