/**
 * One member of a Raft cluster (Ongaro & Ousterhout, "In Search of an Understandable Consensus
 * Algorithm (Extended Version)"; Ongaro's thesis): what comes in goes from here to the part that knows
 * what to do, and here the node changes its role.
 */
import type { DiskCompletion, Json, Node, NodeId, NodeStatus, RequestId, TimerId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { Election } from './election.ts';
import { Follower } from './follower.ts';
import { CorruptFile } from '../json-records.ts';
import type { MarkingEnv } from './marks.ts';
import { Member } from './member.ts';
import { parseMessage, type Message } from './messages.ts';
import { Proposals } from './proposals.ts';
import { Reads } from './reads.ts';
import { Replication } from './replication.ts';
import { parseRequest, type Request } from './requests.ts';
import type { Settings } from './settings.ts';

/** Of the terms it led a node tells the last so many. */
const TERMS_LED = 16;

export class RaftNode implements Node {
  /** What the node knows; open to look at, for tests of the protocol's invariants. */
  readonly member: Member;
  private readonly env: MarkingEnv;
  private readonly election: Election;
  private readonly follower: Follower;
  private readonly replication: Replication;
  private readonly proposals: Proposals;
  private readonly reads: Reads;
  /** While this node leads. */
  private heartbeat: TimerId | undefined;
  private quorumCheck: TimerId | undefined;
  /** The last terms it led since it started. */
  private readonly led: number[] = [];

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.member = new Member(env, settings, bugs, (index, outcome) => this.proposals.applied(index, outcome));
    this.election = new Election(this.member, { won: () => this.lead() });
    this.follower = new Follower(this.member);
    this.replication = new Replication(this.member);
    this.proposals = new Proposals(this.member, this.replication);
    this.reads = new Reads(this.member, this.replication);
  }

  /** It votes for nobody now, since it leads or has heard of a leader. */
  get sticky(): boolean {
    return this.election.sticky;
  }

  onStart(): void {
    try {
      this.member.recover();
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      this.env.halt(error.message);
      return;
    }
    const { term, applied, log } = this.member;
    this.env.log('started', { term, applied, logStart: log.start.index, logEnd: log.lastIndex });
    this.election.start();
  }

  onMessage(from: NodeId, json: Json): void {
    const message = this.env.peers.includes(from) ? parseMessage(json) : undefined;
    if (message === undefined) {
      this.env.log('ignores a message that is none of the protocol', { from });
      return;
    }
    if (message.type === 'ask-vote' && this.election.sticky) {
      this.env.reached('candidate-ignored');
      return;
    }
    const hypothetical =
      (message.type === 'ask-vote' || (message.type === 'vote' && message.granted)) && message.pre;
    if (message.term > this.member.term && !hypothetical) this.follow(message.term, null);
    this.dispatch(from, message);
  }

  onTimer(timer: TimerId): void {
    if (this.election.onTimer(timer)) return;
    if (timer === this.heartbeat) {
      this.heartbeat = this.env.setTimer(this.member.settings.heartbeat);
      this.replication.heartbeat();
    } else if (timer === this.quorumCheck) {
      this.quorumCheck = this.env.setTimer(this.member.settings.electionTimeout);
      if (this.replication.quorumActive() || !this.member.settings.checkQuorum) return;
      this.env.log('hears of no majority', { term: this.member.term });
      this.env.reached('stepped-down-quorum');
      this.follow(this.member.term, null);
    }
  }

  onRequest(id: RequestId, body: Json): void {
    const request = parseRequest(body);
    if (typeof request === 'string') this.env.reply(id, { refused: 'bad-request', why: request });
    else this.serve(id, request);
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) {
      this.env.halt(`the disk failed: ${error}`);
      return;
    }
    if (this.member.hard.completed(token)) return;
    const written = this.member.snapshots.completed(token);
    if (written?.install !== undefined) {
      if (this.member.install(written.snapshot, written.install))
        this.env.log('installed a snapshot', { index: this.member.applied });
      this.follower.installed(written.snapshot.position.index);
    } else if (written !== undefined) this.member.snapshotTaken(written.snapshot);
    else if (this.member.log.completed(token)) this.logFlushed();
  }

  status(): NodeStatus {
    const { role, term, leader, log, commit, applied } = this.member;
    return { role, term, leader, logEnd: log.lastIndex, commit, applied, facts: this.facts() };
  }

  /** What the invariants of Raft are held against: whom it led, and what it takes for committed. */
  private facts(): Json {
    const { chain } = this.member;
    return { led: [...this.led], committed: chain.claims, snapshot: chain.snapshot ?? null };
  }

  private serve(id: RequestId, request: Request): void {
    const { role, leader, bugs } = this.member;
    const leads = role === 'leader';
    if (request.f === 'get' && (bugs.has('follower-read') || (leads && bugs.has('stale-read')))) {
      this.reads.answer({ request: id, key: request.key });
    } else if (!leads) this.env.reply(id, { refused: 'not-leader', leader });
    else if (request.f === 'get') this.reads.add(id, request.key);
    else this.proposals.add(id, request.command);
  }

  private dispatch(from: NodeId, message: Message): void {
    const { member } = this;
    switch (message.type) {
      case 'ask-vote':
        this.election.onAskVote(from, message);
        return;
      case 'vote':
        this.election.onVote(from, message);
        return;
      case 'append':
      case 'snapshot':
        if (message.term < member.term) this.rebuff(from);
        else if (member.role === 'leader')
          this.env.log('another leader of the same term', { from, term: message.term });
        else {
          this.follow(message.term, from);
          if (message.type === 'append') this.follower.onAppend(from, message);
          else this.follower.onSnapshot(from, message);
        }
        return;
      case 'ack':
      case 'nack':
      case 'snapshot-ack':
        if (message.term !== member.term || member.role !== 'leader') return;
        if (message.type === 'ack') this.replication.onAck(from, message);
        else if (message.type === 'nack') this.replication.onNack(from, message);
        else this.replication.onSnapshotAck(from, message);
        this.reads.advance();
    }
  }

  /** Lets a leader of an earlier term know that there is a later one. */
  private rebuff(from: NodeId): void {
    const { member } = this;
    this.env.reached('old-leader-rebuffed');
    member.hard.whenSaved(() => member.send(from, { type: 'ack', term: member.term, match: 0, round: 0 }));
  }

  /** Becomes, or stays, a follower in `term`: of `leader`, or of nobody yet. */
  private follow(term: number, leader: NodeId | null): void {
    const { member } = this;
    const led = member.role === 'leader';
    member.role = 'follower';
    if (term > member.term) member.hard.set(term, null);
    if (leader !== null && leader !== member.leader) this.env.log('follows', { leader, term });
    member.leader = leader;
    if (led) this.stepDown();
    if (leader !== null) this.election.heardLeader();
    else this.election.wait();
  }

  private stepDown(): void {
    this.env.log('steps down', { term: this.member.term });
    this.env.reached('stepped-down');
    if (this.heartbeat !== undefined) this.env.cancelTimer(this.heartbeat);
    if (this.quorumCheck !== undefined) this.env.cancelTimer(this.quorumCheck);
    this.heartbeat = undefined;
    this.quorumCheck = undefined;
    this.proposals.abandon();
    this.reads.abandon();
  }

  private lead(): void {
    const { member, env } = this;
    const { term, log, settings } = member;
    member.role = 'leader';
    member.leader = env.id;
    env.log('leads', { term, logEnd: log.lastIndex });
    env.reached('leader');
    this.led.push(term);
    if (this.led.length > TERMS_LED) this.led.shift();
    this.election.stop();
    this.replication.start();
    // Commits what earlier terms left (paper §5.4.2, §8), and tells everyone who leads.
    log.write(log.lastIndex + 1, [[term, null]]);
    this.replication.push();
    this.heartbeat = env.setTimer(settings.heartbeat);
    this.quorumCheck = env.setTimer(settings.electionTimeout);
  }

  private logFlushed(): void {
    const { member } = this;
    // What was gathered meanwhile first, so that the next sync begins at once and covers it.
    if (member.role === 'leader') this.proposals.flush();
    member.log.sync();
    if (member.role === 'leader') {
      this.replication.advanceCommit();
      this.reads.advance();
    } else this.follower.flushed();
  }
}
