/**
 * What one member of the cluster knows and all its parts share: role, term, log, commit index, state.
 * Applying what is committed, and snapshotting what is applied, is the same for every role; it is here.
 */
import type { Json, NodeId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { CommitChain } from './commit-chain.ts';
import { raftEntries, type Entry } from './entry.ts';
import { isCount, isObject } from '../json.ts';
import { CorruptFile } from '../json-records.ts';
import { HardState } from './hard-state.ts';
import { Log, type Position } from '../log.ts';
import type { MarkingEnv } from './marks.ts';
import type { Message } from './messages.ts';
import type { Outcome } from '../session-protocol.ts';
import type { Settings } from './settings.ts';
import { encodeSnapshot, Snapshots, type Snapshot } from '../snapshots.ts';
import { isState, StateMachine, type State } from './state-machine.ts';

/** What a snapshot keeps: the state, and the hash of all entries that made it. */
type Kept = State & { readonly chain: number };

export type Role = 'follower' | 'candidate' | 'leader';

export class Member {
  readonly env: MarkingEnv;
  readonly settings: Settings;
  readonly bugs: Bugs;
  readonly hard: HardState;
  readonly log: Log<Entry>;
  readonly snapshots: Snapshots<Kept>;
  readonly machine: StateMachine;
  /** Over what is committed, for whoever compares nodes; nothing here depends on it. */
  readonly chain = new CommitChain();
  /** How many nodes are a majority. */
  readonly quorum: number;

  role: Role = 'follower';
  leader: NodeId | null = null;
  private commitIndex = 0;
  private appliedIndex = 0;
  /** Where the newest snapshot ends, one that is being written included. */
  private snapshotIndex = 0;
  private readonly onApplied: (index: number, outcome: Outcome) => void;

  constructor(
    env: MarkingEnv,
    settings: Settings,
    bugs: Bugs,
    onApplied: (index: number, outcome: Outcome) => void,
  ) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.onApplied = onApplied;
    this.hard = new HardState(env.disk, !bugs.has('vote-not-persisted'));
    this.log = new Log(env.disk, raftEntries, !bugs.has('log-not-fsynced'));
    this.snapshots = new Snapshots(env.disk, isKept);
    this.machine = new StateMachine(settings.maxSessions, bugs, (mark) => env.reached(mark));
    const nodes = env.peers.length + 1;
    this.quorum = Math.floor(nodes / 2) + (bugs.has('minority-quorum') ? 0 : 1);
  }

  get term(): number {
    return this.hard.term;
  }

  get commit(): number {
    return this.commitIndex;
  }

  get applied(): number {
    return this.appliedIndex;
  }

  send(to: NodeId, message: Message): void {
    this.env.send(to, message);
  }

  broadcast(message: Message): void {
    for (const peer of this.env.peers) this.env.send(peer, message);
  }

  /** Reads snapshot, log, term and vote. Throws `CorruptFile`. */
  recover(): void {
    const snapshot = this.snapshots.recover();
    const torn = this.log.recover();
    if (torn !== undefined) {
      this.env.log('torn tail of the log cut off', torn);
      this.env.reached('torn-tail');
    }
    if (this.log.start.index > (snapshot?.position.index ?? 0)) {
      throw new CorruptFile('log', 0, `no snapshot reaches the log's start, ${this.log.start.index},`);
    }
    if (snapshot !== undefined) {
      this.resumeFrom(snapshot.position, snapshot.state);
    }
    this.hard.recover(this.log.lastTerm);
    if (this.term > 0) this.env.reached('recovered');
  }

  /** Everything up to `index` is committed: applies what is not yet applied. */
  commitTo(index: number): void {
    const commit = Math.min(index, this.log.lastIndex);
    if (commit <= this.commitIndex) return;
    this.commitIndex = commit;
    while (this.appliedIndex < commit) {
      const entry = this.log.at(++this.appliedIndex);
      if (entry !== undefined) this.chain.extend(this.appliedIndex, entry);
      const command = entry?.[1];
      if (command) this.onApplied(this.appliedIndex, this.machine.apply(this.appliedIndex, command));
      if (this.appliedIndex - this.snapshotIndex >= this.settings.snapshotEvery) this.takeSnapshot();
    }
  }

  /** A snapshot of this node's own has become durable: the log before it can go. */
  snapshotTaken({ position }: Snapshot): void {
    this.log.compact(position.index - Math.floor(this.settings.snapshotEvery / 2));
    this.env.reached('snapshot-taken');
  }

  /** A leader's snapshot has become durable. True when it brought anything new. */
  install({ position: { index, term } }: Snapshot, state: Kept): boolean {
    this.snapshotIndex = Math.max(this.snapshotIndex, index);
    this.snapshots.clearInbox();
    if (index <= this.commitIndex) return false;
    this.machine.restore(state);
    this.chain.resume({ index, term }, state.chain);
    this.commitIndex = index;
    this.appliedIndex = index;
    // Entries behind the snapshot are kept if the log agrees with it (paper, figure 13, step 6).
    if (this.log.termAt(index) === term) this.log.compact(index);
    else this.log.reset({ index, term });
    this.env.reached('snapshot-installed');
    return true;
  }

  private takeSnapshot(): void {
    if (this.snapshots.busy) return;
    const index = this.bugs.has('snapshot-loses-tail') ? this.commitIndex : this.appliedIndex;
    this.snapshotIndex = index;
    const position = { index, term: this.log.termAt(index) ?? 0 };
    const state: Kept = { ...this.machine.dump(), chain: this.chain.snapshotAt(position) };
    this.snapshots.write({ snapshot: encodeSnapshot(position, state) });
  }

  private resumeFrom({ index, term }: Position, state: Kept): void {
    this.machine.restore(state);
    this.chain.resume({ index, term }, state.chain);
    this.commitIndex = index;
    this.appliedIndex = index;
    this.snapshotIndex = index;
    // A log that ends before the snapshot, or disagrees with it, was superseded by it (the crash came
    // between the two writes of an installation, or what the snapshot holds was never synced here).
    if (this.log.termAt(index) !== term) this.log.reset({ index, term });
    if (this.bugs.has('apply-twice-on-restart')) {
      for (let at = this.log.start.index + 1; at <= index; at++) {
        const command = this.log.at(at)?.[1];
        if (command) this.machine.apply(at, command, true);
      }
    }
  }
}

function isKept(json: Json | undefined): json is Kept {
  return isObject(json) && isCount(json.chain) && isState(json);
}
