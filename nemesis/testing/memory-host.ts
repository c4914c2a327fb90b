/**
 * A host in memory that means what it says: it knows which links are cut and in what state each node
 * is, refuses what can't be done in that state, and every link carries a byte each millisecond. Each
 * change takes a millisecond; any can be made to fail.
 */
import type { NodeId, NodeStatus } from '../../systems/contract.ts';
import {
  CLIENTS,
  type CutMode,
  type Link,
  type LinkCounters,
  type NemesisHost,
  type NodeState,
  type Shape,
} from '../host.ts';
import type { VirtualClock } from './virtual-clock.ts';

type Change = 'cut' | 'heal' | 'shape' | 'counters' | 'pause' | 'resume' | 'crash' | 'restart';

interface LinkState {
  cut: CutMode | undefined;
  /** Since when, ms. */
  cutSince: number;
  cutFor: number;
  shape: Shape | null;
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
  leader: NodeId | undefined;
  term = 1;
  readonly #clock: VirtualClock;
  readonly #states = new Map<NodeId, NodeState>();
  readonly #links = new Map<string, LinkState>();
  readonly #listeners = new Map<string, Set<(node: NodeId) => void>>();

  constructor(clock: VirtualClock, count = 5) {
    this.#clock = clock;
    this.nodes = Array.from({ length: count }, (_, index) => `n${index + 1}`);
    for (const node of this.nodes) this.#states.set(node, 'up');
    const ends = [CLIENTS, ...this.nodes];
    for (const from of ends) {
      for (const to of ends) {
        if (from !== to) {
          this.#links.set(`${from}→${to}`, { cut: undefined, cutSince: 0, cutFor: 0, shape: null });
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
      for (const state of this.#of(links)) state.shape = shape;
    });
  }

  async counters(links: readonly Link[]): Promise<readonly LinkCounters[]> {
    this.#refuse('counters', '');
    const now = this.#clock.now();
    return this.#of(links).map(({ cut, cutSince, cutFor }) => {
      const lost = this.leaky ? 0 : cutFor + (cut === undefined ? 0 : now - cutSince);
      return { offered: now, delivered: now - lost };
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
    return this.#move('restart', node, ['down'], 'up');
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
      if (shape !== null) broken.push(`${link} +${shape.delay}`);
    }
    for (const [node, state] of this.#states) if (state !== 'up') broken.push(`${node} ${state}`);
    return broken;
  }

  cuts(): string[] {
    return [...this.#links].filter(([, { cut }]) => cut !== undefined).map(([link]) => link);
  }

  #move(change: Change, node: NodeId, from: readonly NodeState[], to: NodeState): Promise<void> {
    return this.#change(change, node, () => {
      const state = this.state(node);
      if (!from.includes(state)) throw new Error(`can't ${change} ${node}: it is ${state}`);
      this.#states.set(node, to);
    });
  }

  async #change(change: Change, what: string, make: () => void): Promise<void> {
    await this.#clock.sleep(1);
    this.#refuse(change, what);
    if (this.hanging.has(change)) await new Promise(() => undefined);
    make();
    this.log.push(`${this.#clock.now()} ${change} ${what}`);
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
