/**
 * Leases and versions (paper §3.1, §4.5): for each chunk at most one chunkserver orders mutations, and all
 * who take them hold all that was acknowledged before.
 *
 * **A version** is raised in this order: logged; told to the replicas; confirmed, by each when it is on its
 * disk; logged as being in force; only then is its primary told. It comes into force only when everyone who
 * was told has confirmed: where somebody has not, a higher one is raised without it. So whoever has a
 * version that is in force, or a higher one, is one of its replicas and holds everything; whoever has a lower
 * one is stale, and may not serve. Each version has one primary for ever, and a mutation is acknowledged only
 * by all of its replicas: so what one version acknowledged, all of the next hold.
 *
 * **The lease rule.** A version does not come into force while another's primary may still act on its lease:
 * that one has confirmed the new version, which ends its lease, or gave the lease back, or the time of the
 * lease is over by the master's clock. A master that restarted knows of no leases, and waits for the time of
 * one, unless the holder says that it is it. Extending a lease is always right while no higher version was
 * raised.
 */
import type { NodeId } from '../../contract.ts';
import type { Bugs } from '../bugs.ts';
import type { MarkingEnv } from '../marks.ts';
import type { Grant, Handle, Raise, ToMaster, Version } from '../messages.ts';
import type { Settings } from '../settings.ts';
import type { Ledger } from './ledger.ts';
import type { Change } from './tables.ts';
import type { Servers } from './servers.ts';

export interface Lease {
  readonly primary: NodeId;
  readonly version: Version;
  readonly members: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** By the master's clock. */
  expires: number;
}

/** What is wanted of a new version, besides that it has a primary. */
export interface Wanted {
  /** These owe their primary too much. */
  readonly without?: readonly NodeId[];
  /** As many replicas as there should be, new ones included. */
  readonly replicate?: boolean;
  /** A chunk that begins as a copy of another. */
  readonly copy?: Copy;
}

export interface Copy {
  readonly of: Handle;
  /** Once all have it: whether it comes into force. */
  readonly settled: () => 'yes' | 'wait' | 'no';
  /** What changes with that. */
  readonly change: Change;
}

interface Raising {
  readonly wanted: Wanted;
  version: Version;
  told: Map<NodeId, Raise['how']>;
  confirmed: Map<NodeId, { readonly sentAt: number; readonly whole: boolean }>;
  phase: 'logging' | 'telling' | 'settling' | 'coming-into-force';
  deadline: number;
}

interface State {
  lease: Lease | undefined;
  raising: Raising | undefined;
  /** Nothing is begun before, after something failed. */
  notBefore: number;
}

/** New replicas that are being made at once. */
const MAX_REPLICATING = 4;

export class Leases {
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly ledger: Ledger;
  private readonly servers: Servers;
  private readonly states = new Map<Handle, State>();
  /** Chunks whose leases are taken back: no new ones, no longer ones. */
  private blocked: ReadonlySet<Handle> = new Set();
  /** Until then an earlier life of this master may have granted a lease. */
  private graceUntil = 0;
  private readonly changed: () => void;

  constructor(
    env: MarkingEnv,
    settings: Settings,
    bugs: Bugs,
    ledger: Ledger,
    servers: Servers,
    changed: () => void,
  ) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.ledger = ledger;
    this.servers = servers;
    this.changed = changed;
  }

  start(): void {
    this.graceUntil = this.env.now() + this.settings.lease;
  }

  /** A lease that clients may rely on. */
  usable(handle: Handle): Lease | undefined {
    const { lease, raising } = this.state(handle);
    if (lease === undefined || raising !== undefined || this.blocked.has(handle)) return undefined;
    if (this.bugs.has('overlapping-leases') && !this.servers.lives(lease.primary)) return undefined;
    return this.env.now() < lease.expires ? lease : undefined;
  }

  isRaising(handle: Handle): boolean {
    return this.state(handle).raising !== undefined;
  }

  /** Somebody may act on a lease, or soon. */
  isLeased(handle: Handle): boolean {
    const { lease, raising } = this.state(handle);
    if (raising !== undefined) return true;
    return lease === undefined ? this.mayBeForgotten(handle) : this.env.now() < lease.expires;
  }

  /**
   * What a lease on this version allowed is over for good, also where it merely had run out: an expired lease
   * may be extended, and one that was forgotten may be adopted, but never below a version that was raised.
   */
  end(handle: Handle): void {
    const { inForce, raised } = this.row(handle);
    const state = this.state(handle);
    if (state.lease !== undefined) state.lease = { ...state.lease, expires: -Infinity };
    if (inForce > 0) this.ledger.record(['raise', handle, raised + 1]);
  }

  /** Takes the leases of exactly these chunks back, until told otherwise. */
  block(handles: ReadonlySet<Handle>): void {
    const news = [...handles].filter((handle) => !this.blocked.has(handle));
    this.blocked = handles;
    this.revoke(news);
  }

  private revoke(handles: Iterable<Handle>): void {
    for (const handle of handles) {
      const { lease } = this.state(handle);
      if (lease === undefined || this.env.now() >= lease.expires) continue;
      this.env.send(lease.primary, { type: 'revoke', handle, version: lease.version });
    }
  }

  /** Begins to raise the chunk's version, if that may be done now. */
  want(handle: Handle, wanted: Wanted): void {
    const state = this.state(handle);
    const { raising, lease, notBefore } = state;
    if (raising !== undefined || this.blocked.has(handle) || this.env.now() < notBefore) return;
    const isHeld = this.isLeased(handle) && !this.bugs.has('overlapping-leases');
    // It will be told, and that ends its lease; one that does not answer can only be waited for.
    if (isHeld && (lease === undefined || !this.servers.lives(lease.primary))) {
      this.env.reached('lease-waited-out');
      return;
    }
    const told = this.whomToTell(handle, wanted);
    if (told.size === 0) return;
    if ([...told.values()].includes('learn') && wanted.copy === undefined) this.env.reached('re-replicated');
    state.raising = {
      wanted,
      told,
      version: 0,
      confirmed: new Map(),
      phase: 'logging',
      deadline: 0,
    };
    this.raise(handle, state.raising);
  }

  onRaised(from: NodeId, message: ToMaster & { readonly type: 'raised' }): void {
    const { handle, version, ok, whole, sentAt } = message;
    const { raising } = this.state(handle);
    if (raising?.version !== version || raising.phase !== 'telling' || !raising.told.has(from)) return;
    if (ok) {
      raising.confirmed.set(from, { sentAt, whole });
      this.servers.correct(from, handle, { version, state: whole ? 'whole' : 'learning' });
    } else {
      // It was told, and certainly did not take it.
      raising.told.delete(from);
      if (raising.wanted.copy === undefined) this.servers.correct(from, handle, undefined);
    }
    this.settle(handle, raising);
  }

  onGivenUp(from: NodeId, handle: Handle, version: Version): void {
    const state = this.state(handle);
    if (state.lease?.primary !== from || state.lease.version !== version) return;
    if (state.lease.expires === -Infinity) return;
    state.lease = { ...state.lease, expires: -Infinity };
    this.changed();
  }

  onDrop(from: NodeId, { handle, version, failed }: ToMaster & { readonly type: 'drop' }): void {
    const { lease } = this.state(handle);
    if (lease?.primary !== from || lease.version !== version) return;
    this.env.reached('replica-dropped');
    this.want(handle, { without: failed });
  }

  /** Leases that the sender of a heartbeat holds, each longer by as much as it lasts from now on. */
  extended(from: NodeId, leads: readonly Grant[]): readonly Grant[] {
    for (const grant of leads) this.adopt(from, grant);
    const grants: Grant[] = [];
    for (const [handle, { lease, raising }] of this.states) {
      if (lease?.primary !== from || raising !== undefined || this.blocked.has(handle)) continue;
      const { inForce, raised } = this.row(handle);
      if (lease.expires === -Infinity || inForce !== lease.version || raised !== lease.version) continue;
      lease.expires = this.env.now() + this.settings.lease;
      grants.push([handle, lease.version, lease.members, lease.learners]);
    }
    return grants;
  }

  /** What a chunkserver holds and nobody needs. */
  isGarbage(from: NodeId, handle: Handle, version: Version, isDamaged: boolean): boolean {
    const row = this.ledger.tables.chunks.get(handle);
    if (row === undefined) return true;
    if (this.state(handle).raising?.told.has(from) === true) return false;
    if (isDamaged) return this.whole(handle).some(([id]) => id !== from);
    return version < row.inForce && !this.bugs.has('stale-replica-served');
  }

  tick(): void {
    this.revoke(this.blocked);
    for (const [handle, { raising }] of this.states) {
      if (raising === undefined) continue;
      if (raising.phase === 'settling') this.settle(handle, raising);
      else if (raising.phase === 'telling') {
        if (this.env.now() > raising.deadline) this.narrow(handle, raising);
        else this.tell(handle, raising);
      }
    }
  }

  /** Makes new replicas where there are too few. */
  replicate(): void {
    let under = [...this.states.values()].filter(({ raising }) => raising?.wanted.replicate === true).length;
    const { living } = this.servers;
    const enough = Math.min(this.settings.replicas, living.length);
    for (const [handle, { inForce }] of this.ledger.tables.chunks) {
      if (under >= MAX_REPLICATING) return;
      const whole = this.whole(handle);
      if (inForce === 0 || whole.length === 0 || whole.length >= enough || this.isLearnt(handle)) continue;
      this.want(handle, { replicate: true });
      if (this.state(handle).raising !== undefined) under++;
    }
  }

  /** Who holds what is in force, and lives. */
  whole(handle: Handle): readonly (readonly [NodeId, { readonly version: Version }])[] {
    const { inForce } = this.row(handle);
    return this.servers
      .holders(handle)
      .filter(
        ([, { version, state }]) =>
          state === 'whole' && (version >= inForce || this.bugs.has('stale-replica-served')),
      );
  }

  get facts(): readonly (readonly [Handle, Lease])[] {
    return [...this.states].flatMap(([handle, { lease }]) =>
      lease !== undefined && this.env.now() < lease.expires ? [[handle, lease] as const] : [],
    );
  }

  /** The primary is about to give its content to new replicas. */
  private isLearnt(handle: Handle): boolean {
    const { lease } = this.state(handle);
    if (lease === undefined || this.env.now() >= lease.expires) return false;
    const whole = this.whole(handle).map(([id]) => id);
    return lease.learners.some((id) => this.servers.lives(id) && !whole.includes(id));
  }

  private whomToTell(handle: Handle, { without = [], replicate, copy }: Wanted): Map<NodeId, Raise['how']> {
    const { replicas } = this.settings;
    if (copy !== undefined) {
      const lease = this.usable(copy.of);
      if (lease === undefined) return new Map();
      const others = this.servers.choose(replicas - 1, [lease.primary]);
      return new Map([[lease.primary, 'copy'], ...others.map((id) => [id, 'learn'] as const)]);
    }
    if (this.row(handle).inForce === 0) {
      return new Map(this.servers.choose(replicas, []).map((id) => [id, 'create']));
    }
    const whole = this.whole(handle).map(([id]) => id);
    const told = new Map<NodeId, Raise['how']>();
    for (const id of whole) if (!without.includes(id)) told.set(id, 'hold');
    if (replicate === true && told.size > 0) {
      const lacking = replicas - told.size;
      for (const id of this.servers.choose(Math.max(0, lacking), [...whole, ...without]))
        told.set(id, 'learn');
    }
    return told;
  }

  private raise(handle: Handle, raising: Raising): void {
    const { raised, inForce } = this.row(handle);
    raising.version = Math.max(raised, inForce, this.servers.highest(handle)) + 1;
    raising.confirmed = new Map();
    raising.phase = 'logging';
    this.env.reached('version-raised');
    this.ledger.record(['raise', handle, raising.version]);
    this.ledger.log.whenDurable(() => {
      if (this.state(handle).raising !== raising) return;
      raising.phase = 'telling';
      raising.deadline = this.env.now() + this.settings.secondaryTimeout;
      this.tell(handle, raising);
    });
  }

  private tell(handle: Handle, { version, told, confirmed, wanted }: Raising): void {
    const { inForce: from } = this.row(handle);
    for (const [id, how] of told) {
      if (confirmed.has(id)) continue;
      const source = wanted.copy?.of ?? handle;
      this.env.send(id, { type: 'raise', handle, version, from, how, source });
    }
  }

  /** Somebody was told and has not confirmed: a higher version goes without it. */
  private narrow(handle: Handle, raising: Raising): void {
    const { told, confirmed } = raising;
    const whole = [...confirmed].filter(([, { whole }]) => whole);
    if (whole.length === 0) {
      this.abandon(handle);
      return;
    }
    this.env.reached('raise-narrowed');
    raising.told = new Map([...told].filter(([id]) => confirmed.has(id)));
    this.raise(handle, raising);
  }

  private abandon(handle: Handle): void {
    const state = this.state(handle);
    // No file has it yet, and none will.
    if (state.raising?.wanted.copy !== undefined) this.ledger.record(['abandon', handle]);
    state.raising = undefined;
    state.notBefore = this.env.now() + this.settings.resend;
    this.changed();
  }

  private settle(handle: Handle, raising: Raising): void {
    const { told, confirmed, wanted } = raising;
    if (confirmed.size < told.size) return;
    if (![...confirmed.values()].some(({ whole }) => whole)) {
      this.abandon(handle);
      return;
    }
    raising.phase = 'settling';
    const { lease } = this.state(handle);
    const isOver = lease === undefined || confirmed.has(lease.primary) || this.env.now() >= lease.expires;
    if (!isOver && !this.bugs.has('overlapping-leases')) {
      this.env.reached('lease-waited-out');
      return;
    }
    const may = wanted.copy?.settled() ?? 'yes';
    if (may === 'wait') return;
    if (may === 'no') {
      this.abandon(handle);
      return;
    }
    raising.phase = 'coming-into-force';
    this.ledger.record(['in-force', handle, raising.version]);
    // In this order: a chunk that a file has and that is not in force would be taken for an empty one.
    if (wanted.copy !== undefined) {
      this.end(wanted.copy.of);
      this.ledger.record(wanted.copy.change);
    }
    this.ledger.log.whenDurable(() => this.grant(handle, raising));
  }

  private grant(handle: Handle, { version, confirmed }: Raising): void {
    const state = this.state(handle);
    const whole = [...confirmed].flatMap(([id, { whole }]) => (whole ? [id] : []));
    const learners = [...confirmed.keys()].filter((id) => !whole.includes(id));
    const before = state.lease?.primary;
    const drawn = whole[Math.floor(this.env.random('primary') * whole.length)]!;
    const primary = before !== undefined && whole.includes(before) ? before : drawn;
    const { lease: duration } = this.settings;
    state.raising = undefined;
    state.lease = { primary, version, members: whole, learners, expires: this.env.now() + duration };
    this.env.reached('lease-granted');
    if (before !== undefined && before !== primary) this.env.reached('lease-taken-over');
    this.env.log('grants a lease', { handle, version, primary, members: whole, learners });
    const grants: readonly Grant[] = [[handle, version, whole, learners]];
    const since = confirmed.get(primary)!.sentAt;
    this.env.send(primary, { type: 'lease', since, duration, grants, garbage: [] });
    this.changed();
  }

  /** A lease that an earlier life of this master granted: its version is in force, and none is being raised. */
  private adopt(from: NodeId, [handle, version, members, learners]: Grant): void {
    const state = this.state(handle);
    const row = this.ledger.tables.chunks.get(handle);
    if (state.lease !== undefined || state.raising !== undefined || row === undefined) return;
    if (row.inForce !== version || row.raised !== version) return;
    // It was granted before this life began, so it is over with the grace; unless it is extended.
    state.lease = { primary: from, version, members, learners, expires: this.graceUntil };
    this.env.reached('lease-adopted');
    this.changed();
  }

  private mayBeForgotten(handle: Handle): boolean {
    return this.row(handle).inForce > 0 && this.env.now() < this.graceUntil;
  }

  private row(handle: Handle): { readonly inForce: Version; readonly raised: Version } {
    return this.ledger.tables.chunks.get(handle) ?? { inForce: 0, raised: 0 };
  }

  private state(handle: Handle): State {
    let state = this.states.get(handle);
    if (state === undefined) {
      state = { lease: undefined, raising: undefined, notBefore: 0 };
      this.states.set(handle, state);
    }
    return state;
  }
}
