/**
 * Elections (paper §5.2, §5.4.1), with pre-vote (thesis §9.6) and leader stickiness (thesis §4.2.3): a
 * node that heard from a leader within the least election timeout neither votes nor adopts a
 * candidate's term, so one that comes back from a partition does not depose a leader that is well.
 *
 * With leases (lease.ts) the leader counts on that: then it is a promise, which outlasts the leader's term
 * and this node's own restart.
 *
 * No clock is read. After word from a leader the node sticks to it for an election timeout, and then waits
 * for a random time before it stands itself, two election timeouts after that word at the latest. The
 * first is measured in slices, so that no timer has to be set anew for every message of a leader: word
 * that comes within a slice counts from that slice's end.
 */
import type { NodeId, TimerId } from '../contract.ts';
import type { Member } from './member.ts';
import type { AskVote, Vote } from './messages.ts';

/** To an election timeout; so one may last up to one slice longer. */
const SLICES = 4;

export interface ElectionEvents {
  /** This node has won the election of the current term. */
  won(): void;
}

export class Election {
  private readonly member: Member;
  private readonly events: ElectionEvents;
  private timer: TimerId | undefined;
  private stickToLeader = false;
  /** How many times the timer has to run out before the node no longer sticks to its leader. */
  private slicesLeft = 0;
  private campaign: 'none' | 'pre' | 'real' = 'none';
  private readonly votes = new Set<NodeId>();
  /** Somebody has voted in this term, but not for this node. */
  private refused = false;

  constructor(member: Member, events: ElectionEvents) {
    this.member = member;
    this.events = events;
  }

  /** Candidates are not listened to now. */
  get sticky(): boolean {
    return this.stickToLeader || this.member.role === 'leader';
  }

  /** The node has just started. Before it went down it may have promised a leader not to vote. */
  start(): void {
    if (this.member.settings.leaseReads) this.stick();
    else this.wait();
  }

  /** The node is a follower that knows of no leader: it waits a while before it stands. */
  wait(): void {
    this.campaign = 'none';
    // That there is a later term does not mean that it has a leader: the lease of the last one may go on.
    if (this.stickToLeader && this.member.settings.leaseReads) {
      this.member.env.reached('promise-kept');
      return;
    }
    this.stickToLeader = false;
    this.arm(this.member.settings.electionTimeout * (1 + this.member.env.random('election timeout')));
  }

  /** The leader of the current term was heard of. */
  heardLeader(): void {
    this.campaign = 'none';
    this.stick();
  }

  /** This node leads: no timer runs. */
  stop(): void {
    this.campaign = 'none';
    this.stickToLeader = false;
    if (this.timer !== undefined) this.member.env.cancelTimer(this.timer);
    this.timer = undefined;
  }

  /** True when the timer was the election's. */
  onTimer(timer: TimerId): boolean {
    if (timer !== this.timer) return false;
    if (!this.stickToLeader) this.stand();
    else if (--this.slicesLeft > 0) this.arm(this.slice);
    else {
      this.stickToLeader = false;
      const longest = this.member.settings.electionTimeout - this.slice;
      this.arm(longest * this.member.env.random('election patience'));
    }
    return true;
  }

  /** A message of the current term or an earlier one, or a pre-vote. */
  onAskVote(from: NodeId, ask: AskVote): void {
    const { member } = this;
    if (ask.pre) {
      const granted = ask.term > member.term && this.upToDate(ask);
      // A granted one repeats the term asked for, so that the candidate need not take it for news.
      const term = granted ? ask.term : member.term;
      member.hard.whenSaved(() => member.send(from, { type: 'vote', pre: true, term, granted }));
      return;
    }
    const { term, hard } = member;
    if (ask.term === term && member.role === 'candidate') member.env.reached('two-candidates');
    const free = hard.vote === null || hard.vote === from || member.bugs.has('two-leaders-one-term');
    const granted = ask.term === term && member.role === 'follower' && free && this.upToDate(ask);
    if (!granted) {
      hard.whenSaved(() => member.send(from, { type: 'vote', pre: false, term, granted }));
      return;
    }
    hard.set(term, from);
    this.wait();
    hard.whenSaved(() => {
      if (member.term !== term) return;
      member.env.reached('voted');
      member.send(from, { type: 'vote', pre: false, term, granted });
    });
  }

  /** The term of a granted pre-vote is the one stood for; of any other vote, the current one or older. */
  onVote(from: NodeId, vote: Vote): void {
    const counts = this.campaign === (vote.pre ? 'pre' : 'real');
    const term = this.member.term + (vote.pre ? 1 : 0);
    if (!counts || vote.term !== term) return;
    if (vote.granted) this.count(from);
    else this.refused = true;
  }

  private stick(): void {
    // Of the slice that runs, nothing is counted.
    this.slicesLeft = this.stickToLeader ? SLICES + 1 : SLICES;
    if (this.stickToLeader) return;
    this.stickToLeader = true;
    this.arm(this.slice);
  }

  private get slice(): number {
    return this.member.settings.electionTimeout / SLICES;
  }

  private stand(): void {
    if (this.campaign === 'pre') this.member.env.reached('pre-vote-lost');
    else if (this.campaign === 'real' && this.refused) this.member.env.reached('split-vote');
    this.member.role = 'candidate';
    this.member.leader = null;
    this.wait();
    if (this.member.settings.preVote) this.ask('pre', this.member.term + 1);
    else this.standForTerm();
  }

  private standForTerm(): void {
    const { hard, env } = this.member;
    const term = hard.term + 1;
    this.wait();
    hard.set(term, env.id);
    this.campaign = 'real';
    this.votes.clear();
    env.log('stands for election', { term });
    hard.whenSaved(() => {
      if (this.campaign === 'real' && hard.term === term) this.ask('real', term);
    });
  }

  private ask(campaign: 'pre' | 'real', term: number): void {
    const { env, log } = this.member;
    this.campaign = campaign;
    this.refused = false;
    this.votes.clear();
    env.reached(campaign === 'pre' ? 'pre-vote' : 'candidate');
    const { lastIndex, lastTerm } = log;
    this.member.broadcast({ type: 'ask-vote', pre: campaign === 'pre', term, lastIndex, lastTerm });
    this.count(env.id);
  }

  private count(voter: NodeId): void {
    this.votes.add(voter);
    if (this.votes.size < this.member.quorum) return;
    if (this.campaign === 'pre') this.standForTerm();
    else this.events.won();
  }

  /** Paper §5.4.1: the later last term, or the same and at least as long. */
  private upToDate({ lastIndex, lastTerm }: AskVote): boolean {
    const { log, bugs } = this.member;
    if (bugs.has('vote-ignores-log')) return true;
    return lastTerm > log.lastTerm || (lastTerm === log.lastTerm && lastIndex >= log.lastIndex);
  }

  private arm(delay: number): void {
    const { env } = this.member;
    if (this.timer !== undefined) env.cancelTimer(this.timer);
    this.timer = env.setTimer(delay);
  }
}
