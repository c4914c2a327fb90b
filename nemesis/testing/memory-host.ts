/**
 * A host in memory that means what it says: it knows which links are cut and in what state each node
 * is, refuses what can't be done in that state, every link carries a byte each millisecond, and every
 * node that is up syncs its disk each millisecond. Each change takes a millisecond; any can be made to
 * fail.
 */
import type { NodeId, NodeStatus } from '../../systems/contract.ts';
import {
  CLIENTS,
  type CutMode,
  type DiskCounters,
  type DiskTrouble,
  type Link,
  type LinkCounters,
  type NemesisHost,
  type NodeState,
  type Shape,
  type Skew,
} from '../host.ts';
import type { VirtualClock } from './virtual-clock.ts';

type Change =
  | 'cut'
  | 'heal'
  | 'shape'
  | 'counters'
  | 'pause'
  | 'resume'
  | 'crash'
  | 'restart'
  | 'skew'
  | 'clock-error'
  | 'trouble'
  | 'disk-counters'
  | 'flip';

interface LinkState {
  cut: CutMode | undefined;
  /** Since when, ms. */
  cutSince: number;
  cutFor: number;
  shape: Shape | null;
  /** Since when it mangles messages, undefined while it does not; and for how long before that, ms. */
  mangledSince: number | undefined;
  mangledFor: number;
}

interface DiskState {
  trouble: DiskTrouble | null;
  /** Up to when the counters are. */
  counted: number;
  counters: DiskCounters;
  damaged: boolean;
}

export class MemoryHost implements NemesisHost {
  readonly nodes: readonly NodeId[];
  /** Every change as it was made, `12 crash n1`. */
  readonly log: string[] = [];
  /** Changes that are refused, as `crash` or `crash n1`, so many times. */
  readonly failing = new Map<string, number>();
  /** Changes that never end. */
  readonly hanging = new Set<string>();
  /** Cut links that carry bytes all the same. */
  leaky = false;
  /** Paused nodes that answer all the same. */
  undead = false;
  /** Clocks that stay right, and disks that stay well, whatever is asked. */
  incorruptible = false;
  /** Nodes go on when their disk fails, and on damaged data. */
  careless = false;
  /** Nobody asks anything of a disk. */
  quiet = false;
  /** Nodes that have stored nothing. */
  readonly empty = new Set<NodeId>();
  leader: NodeId | undefined;
  term = 1;
  readonly #clock: VirtualClock;
  readonly #states = new Map<NodeId, NodeState>();
  readonly #links = new Map<string, LinkState>();
  readonly #skews = new Map<NodeId, Skew & { readonly since: number }>();
  readonly #disks = new Map<NodeId, DiskState>();
  readonly #listeners = new Map<string, Set<(node: NodeId) => void>>();

  constructor(clock: VirtualClock, count = 5) {
    this.#clock = clock;
    this.nodes = Array.from({ length: count }, (_, index) => `n${index + 1}`);
    for (const node of this.nodes) {
      this.#states.set(node, 'up');
      this.#disks.set(node, {
        trouble: null,
        counted: 0,
        counters: { syncs: 0, slowed: 0, failed: 0 },
        damaged: false,
      });
    }
    const ends = [CLIENTS, ...this.nodes];
    for (const from of ends) {
      for (const to of ends) {
        if (from !== to) {
          this.#links.set(`${from}→${to}`, {
            cut: undefined,
            cutSince: 0,
            cutFor: 0,
            shape: null,
            mangledSince: undefined,
            mangledFor: 0,
          });
        }
      }
    }
    this.leader = this.nodes[0];
  }

  cut(links: readonly Link[], mode: CutMode): Promise<void> {
    return this.#change('cut', `${textOf(links)} ${mode}`, () => {
      for (const state of this.#of(links)) {
        if (state.cut === undefined) state.cutSince = this.#clock.now();
        state.cut = mode;
      }
    });
  }

  heal(links: readonly Link[]): Promise<void> {
    return this.#change('heal', textOf(links), () => {
      for (const state of this.#of(links)) {
        if (state.cut === undefined) continue;
        state.cutFor += this.#clock.now() - state.cutSince;
        state.cut = undefined;
      }
    });
  }

  shape(links: readonly Link[], shape: Shape | null): Promise<void> {
    return this.#change('shape', `${links.length} ${JSON.stringify(shape)}`, () => {
      const now = this.#clock.now();
      for (const state of this.#of(links)) {
        state.shape = shape;
        if (state.mangledSince !== undefined) state.mangledFor += now - state.mangledSince;
        const mangles = (shape?.loss ?? 0) + (shape?.duplicate ?? 0) + (shape?.reorder ?? 0) > 0;
        state.mangledSince = mangles ? now : undefined;
      }
    });
  }

  async counters(links: readonly Link[]): Promise<readonly LinkCounters[]> {
    this.#refuse('counters', '');
    const now = this.#clock.now();
    return this.#of(links).map(({ cut, cutSince, cutFor, mangledSince, mangledFor }) => {
      const lost = this.leaky ? 0 : cutFor + (cut === undefined ? 0 : now - cutSince);
      const mangled = mangledFor + (mangledSince === undefined ? 0 : now - mangledSince);
      return { offered: now, delivered: now - lost, mangled: this.incorruptible ? 0 : mangled };
    });
  }

  pause(node: NodeId): Promise<void> {
    return this.#move('pause', node, ['up'], 'paused');
  }

  resume(node: NodeId): Promise<void> {
    return this.#move('resume', node, ['paused'], 'up');
  }

  crash(node: NodeId): Promise<void> {
    return this.#move('crash', node, ['up', 'paused'], 'down');
  }

  restart(node: NodeId): Promise<void> {
    return this.#change('restart', node, () => {
      const state = this.state(node);
      if (state !== 'down' && state !== 'halted') throw new Error(`can't restart ${node}: it is ${state}`);
      this.#count(node);
      this.#states.set(node, this.#disks.get(node)!.damaged && !this.careless ? 'halted' : 'up');
      if (this.state(node) === 'halted') throw new Error(`${node} ended at its start`);
      this.#sync(node);
    });
  }

  skew(node: NodeId, skew: Skew | null): Promise<void> {
    const set = (): void => {
      if (skew === null) this.#skews.delete(node);
      else this.#skews.set(node, { ...skew, since: this.#clock.now() });
    };
    return this.#change('skew', node, set, ` ${JSON.stringify(skew)}`);
  }

  async clockError(node: NodeId): Promise<number | undefined> {
    this.#refuse('clock-error', node);
    if (this.state(node) !== 'up') return undefined;
    const skew = this.#skews.get(node);
    if (skew === undefined || this.incorruptible) return 0;
    return skew.offset + (skew.rate - 1) * (this.#clock.now() - skew.since);
  }

  trouble(node: NodeId, trouble: DiskTrouble | null): Promise<void> {
    const set = (): void => {
      this.#count(node);
      this.#disks.get(node)!.trouble = trouble;
      this.#sync(node);
    };
    return this.#change('trouble', node, set, ` ${trouble?.kind ?? 'none'}`);
  }

  async diskCounters(node: NodeId): Promise<DiskCounters> {
    this.#refuse('disk-counters', node);
    this.#count(node);
    return this.#disks.get(node)!.counters;
  }

  async flip(node: NodeId, where: number): Promise<{ file: string; offset: number } | undefined> {
    await this.#change('flip', node, () => {
      const state = this.state(node);
      if (state !== 'down' && state !== 'halted')
        throw new Error(`can't flip a bit of ${node}: it is ${state}`);
    });
    if (this.empty.has(node)) return undefined;
    this.#disks.get(node)!.damaged = true;
    return { file: 'log', offset: Math.floor(where * 1000) };
  }

  state(node: NodeId): NodeState {
    return this.#states.get(node)!;
  }

  async status(node: NodeId, timeout = 500): Promise<NodeStatus | undefined> {
    const state = this.state(node);
    if (state !== 'up' && !(this.undead && state === 'paused')) {
      await this.#clock.sleep(timeout);
      return undefined;
    }
    const leads = node === this.leader;
    return {
      role: leads ? 'leader' : 'follower',
      term: this.term,
      leader: this.leader ?? null,
      logEnd: 0,
      commit: 0,
      applied: 0,
    };
  }

  reached(mark: string, signal: AbortSignal): Promise<NodeId | undefined> {
    return new Promise((resolve) => {
      const listeners = this.#listeners.get(mark) ?? new Set();
      this.#listeners.set(mark, listeners);
      const end = (node: NodeId | undefined): void => {
        listeners.delete(end);
        signal.removeEventListener('abort', abort);
        resolve(node);
      };
      const abort = (): void => end(undefined);
      listeners.add(end);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
    });
  }

  /** A node reaches a mark. */
  mark(mark: string, node: NodeId): void {
    for (const listener of [...(this.#listeners.get(mark) ?? [])]) listener(node);
  }

  /** A node ends by itself. */
  halt(node: NodeId): void {
    this.#states.set(node, 'halted');
  }

  /** What is broken now: `n1→n2 stall`, `n3 paused`; empty when all is whole. */
  broken(): string[] {
    const broken: string[] = [];
    for (const [link, { cut, shape }] of this.#links) {
      if (cut !== undefined) broken.push(`${link} ${cut}`);
      if (shape !== null)
        broken.push(`${link} +${shape.delay}${(shape.loss ?? 0) > 0 ? ` loss ${shape.loss}` : ''}`);
    }
    for (const node of this.#skews.keys()) broken.push(`${node} skewed`);
    for (const [node, { trouble }] of this.#disks)
      if (trouble !== null) broken.push(`${node} ${trouble.kind}`);
    for (const [node, state] of this.#states) {
      // What a node's data was can't be given back, and without it the node is right to stay down.
      const isLost = state === 'halted' && this.#disks.get(node)!.damaged;
      if (state !== 'up' && !isLost) broken.push(`${node} ${state}`);
    }
    return broken;
  }

  cuts(): string[] {
    return [...this.#links].filter(([, { cut }]) => cut !== undefined).map(([link]) => link);
  }

  #move(change: Change, node: NodeId, from: readonly NodeState[], to: NodeState): Promise<void> {
    return this.#change(change, node, () => {
      const state = this.state(node);
      if (!from.includes(state)) throw new Error(`can't ${change} ${node}: it is ${state}`);
      this.#count(node);
      this.#states.set(node, to);
    });
  }

  /** Counts the syncs of a node up to now, in the state that it was in. */
  #count(node: NodeId): void {
    const disk = this.#disks.get(node)!;
    const passed = this.state(node) === 'up' && !this.quiet ? this.#clock.now() - disk.counted : 0;
    disk.counted = this.#clock.now();
    this.#add(disk, passed);
  }

  /** A sync, after a change: a node whose disk fails ends itself. */
  #sync(node: NodeId): void {
    const disk = this.#disks.get(node)!;
    if (this.state(node) !== 'up' || this.quiet) return;
    this.#add(disk, 1);
    const fails = disk.trouble !== null && disk.trouble.kind !== 'slow' && !this.incorruptible;
    if (fails && !this.careless) this.#states.set(node, 'halted');
  }

  #add(disk: DiskState, syncs: number): void {
    const { kind } = (this.incorruptible ? null : disk.trouble) ?? {};
    disk.counters = {
      syncs: disk.counters.syncs + syncs,
      slowed: disk.counters.slowed + (kind === 'slow' ? syncs : 0),
      failed: disk.counters.failed + (kind === 'fail' || kind === 'full' ? syncs : 0),
    };
  }

  async #change(change: Change, what: string, make: () => void, more = ''): Promise<void> {
    await this.#clock.sleep(1);
    this.#refuse(change, what);
    if (this.hanging.has(change)) await new Promise(() => undefined);
    make();
    this.log.push(`${this.#clock.now()} ${change} ${what}${more}`);
  }

  #refuse(change: Change, what: string): void {
    for (const name of [change, `${change} ${what}`]) {
      const left = this.failing.get(name) ?? 0;
      if (left === 0) continue;
      this.failing.set(name, left - 1);
      throw new Error(`${change} refused`);
    }
  }

  #of(links: readonly Link[]): LinkState[] {
    return links.map(({ from, to }) => {
      const state = this.#links.get(`${from}→${to}`);
      if (state === undefined) throw new Error(`no link ${from}→${to}`);
      return state;
    });
  }
}

function textOf(links: readonly Link[]): string {
  return links.map(({ from, to }) => `${from}→${to}`).join(' ');
}
