/**
 * A replica's copy of the service: the log and the newest snapshot on disk, the state that they make in
 * memory, and the lineage, which says what all that is a copy of: it holds everything that the primary of
 * `epoch` may have answered to clients, if this node was that primary or in sync with it.
 *
 * Every entry is executed as it comes into the log: a primary makes its outputs that way, a backup's own
 * are discarded. So the state never lags behind the log in memory, and a backup goes live on all that it
 * has acknowledged.
 */
import type { DiskToken, Json } from '../contract.ts';
import { DurableValue } from '../durable-value.ts';
import { isCount, isObject } from '../json.ts';
import { CorruptFile } from '../json-records.ts';
import { Log } from '../log.ts';
import type { Outcome } from '../session-protocol.ts';
import { encodeSnapshot, Snapshots } from '../snapshots.ts';
import type { Bugs } from './bugs.ts';
import { meet } from './chance.ts';
import { Digests } from './digests.ts';
import { entries as entryKind, type Entry } from './input.ts';
import type { MarkingEnv } from './marks.ts';
import type { Settings } from './settings.ts';
import { isState, StateMachine, type State } from './state-machine.ts';

/** `led`: this node is, or was, the primary of the epoch. */
type Lineage = { readonly epoch: number; readonly led: boolean };

export class Store {
  readonly log: Log<Entry>;
  readonly machine: StateMachine;
  readonly digests = new Digests();
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly snapshots: Snapshots<State>;
  private readonly lineage: DurableValue<Lineage>;
  private currentEpoch = 0;
  private executed = 0;
  /** Where the newest snapshot ends, one that is being written included. */
  private snapshotAt = 0;
  /** Entries executed before their turn: seeded bug `replay-out-of-order`. */
  private readonly ahead = new Set<number>();

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.log = new Log(env.disk, entryKind);
    this.machine = new StateMachine(settings.maxSessions, (mark) => env.reached(mark));
    this.snapshots = new Snapshots(env.disk, isState);
    this.lineage = new DurableValue<Lineage>(env.disk, 'lineage', isLineage, { epoch: 0, led: false });
  }

  get epoch(): number {
    return this.currentEpoch;
  }

  /** It was this node that served in its epoch. */
  get led(): boolean {
    const { epoch, led } = this.lineage.value;
    return led && epoch === this.currentEpoch;
  }

  get applied(): number {
    return this.executed;
  }

  /** Reads everything, on start. Throws `CorruptFile`. */
  recover(): void {
    const snapshot = this.snapshots.recover();
    const torn = this.log.recover();
    this.lineage.recover();
    if (torn !== undefined) {
      this.env.log('torn tail of the log cut off', torn);
      this.env.reached('torn-tail');
    }
    const { index, term } = snapshot?.position ?? { index: 0, term: 0 };
    if (this.log.start.index > index && this.log.lastTerm >= term) {
      throw new CorruptFile('log', 0, `no snapshot reaches the log's start, ${this.log.start.index},`);
    }
    if (snapshot !== undefined) this.restore(index, snapshot.state);
    // A log that ends before the snapshot, or disagrees with it, was superseded by it: the crash came between
    // the two writes of a state transfer, or what the snapshot holds was never synced here.
    if (this.log.termAt(index) !== term) this.log.reset({ index, term });
    this.executeTo(this.log.lastIndex);
    this.currentEpoch = Math.max(this.lineage.value.epoch, this.log.lastTerm);
    if (this.currentEpoch > 0) this.env.reached('recovered');
  }

  /** A primary's next input, executed. */
  number(entry: Entry): Outcome {
    const position = this.log.lastIndex + 1;
    this.log.write(position, [entry]);
    return this.execute(position);
  }

  /** What a primary has numbered, from the end of this log on. */
  replay(entries: readonly Entry[]): void {
    this.log.write(this.log.lastIndex + 1, entries);
    this.executeTo(this.log.lastIndex);
  }

  /** Seeded bug `replay-out-of-order`: executed when it comes, whatever is to come before it. */
  executeEarly(from: number, entries: readonly Entry[]): void {
    entries.forEach(([, input, chance], at) => {
      if (from + at <= this.executed || this.ahead.has(from + at)) return;
      this.ahead.add(from + at);
      this.machine.execute(from + at, input, chance);
    });
  }

  /** This node goes live as the primary of `epoch`; `then` once it can't forget that it did. */
  lead(epoch: number, then: () => void): void {
    this.currentEpoch = epoch;
    this.lineage.set({ epoch, led: true });
    this.lineage.whenSaved(then);
  }

  /** True when the state can be written now: one at a time. */
  get canInstall(): boolean {
    return !this.snapshots.busy;
  }

  /** Goes on from a primary's state, up to `index` of its log in `epoch`, once that is on disk. */
  install(epoch: number, index: number, state: State): void {
    const snapshot = encodeSnapshot({ index, term: epoch }, state);
    this.snapshots.write({ snapshot, install: state });
  }

  /** What has become durable: something of this node's own, or a state to go on from; undefined: not ours. */
  completed(token: DiskToken): 'log' | 'other' | 'installed' | undefined {
    if (this.log.completed(token)) return 'log';
    if (this.lineage.completed(token)) return 'other';
    const written = this.snapshots.completed(token);
    if (written === undefined) return undefined;
    const { index, term } = written.snapshot.position;
    if (written.install === undefined) {
      this.env.reached('snapshot-taken');
      return 'other';
    }
    this.restore(index, written.install);
    this.log.reset({ index, term });
    this.currentEpoch = term;
    this.env.reached('state-installed');
    return 'installed';
  }

  /** Forgets the beginning of the log, up to the newest snapshot, but nothing from `needed` on. */
  compact(needed: number): void {
    const upTo = Math.min(this.snapshots.latest?.position.index ?? 0, needed - 1);
    if (upTo > this.log.start.index) this.log.compact(upTo);
  }

  private executeTo(end: number): void {
    while (this.executed < end) this.execute(this.executed + 1);
  }

  private execute(position: number): Outcome {
    const [epoch, input, logged] = this.log.at(position)!;
    this.executed = position;
    if (this.ahead.delete(position)) return NEVER_TOLD;
    const isOwn = this.bugs.has('nondeterminism-not-logged');
    const outcome = this.machine.execute(position, input, isOwn ? meet(input, this.env) : logged);
    this.digests.executed(epoch, position, () => this.machine.digest);
    if (position - this.snapshotAt >= this.settings.snapshotEvery) this.takeSnapshot(position);
    return outcome;
  }

  private takeSnapshot(index: number): void {
    if (this.snapshots.busy) return;
    this.snapshotAt = index;
    const position = { index, term: this.log.termAt(index)! };
    this.snapshots.write({ snapshot: encodeSnapshot(position, this.machine.dump()) });
  }

  private restore(index: number, state: State): void {
    this.machine.restore(state);
    this.executed = index;
    this.snapshotAt = index;
    this.ahead.clear();
  }
}

/** A backup's outputs are discarded. */
const NEVER_TOLD: Outcome = { refused: 'stale-request' };

function isLineage(json: Json | undefined): json is Lineage {
  return isObject(json) && isCount(json.epoch) && typeof json.led === 'boolean';
}
