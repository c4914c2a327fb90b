/**
 * The simulated host: nodes, clients, network and disks in one thread, on a virtual clock. What happens is
 * fixed by the seeds and by what is asked of it, to the last byte; nothing of it is an operating system's
 * process, file or socket.
 */
import {
  CLIENTS,
  type CutMode,
  type DiskCounters,
  type DiskTrouble,
  type Link,
  type LinkCounters,
  type NodeState,
  type Shape,
  type Skew,
} from '../../../nemesis/host.ts';
import type {
  ClientEnv,
  Json,
  Message,
  NodeId,
  NodeStatus,
  System,
  SystemConfig,
} from '../../../systems/contract.ts';
import type { Host, HostEvent } from '../host.ts';
import { LOSE_ALL, type Survival } from './disk.ts';
import { drawsOf, type Draw, type Trace } from './draws.ts';
import { drive } from './drive.ts';
import { EventQueue } from './event-queue.ts';
import { Marks } from './marks.ts';
import { Network, type LinkState } from './network.ts';
import { SimNode } from './node.ts';
import { Requests } from './requests.ts';
import { serialise } from './serialise.ts';
import type { SimSeeds, SimSettings } from './settings.ts';
import { VirtualTimeline } from './timeline.ts';

export interface SimOptions {
  readonly system: System;
  readonly config: SystemConfig;
  readonly nodes: readonly NodeId[];
  readonly settings: SimSettings;
  readonly seeds: SimSeeds;
  readonly onEvent: (event: HostEvent) => void;
  readonly onLog?: (node: NodeId, event: string, data: { readonly [key: string]: Json }) => void;
  readonly onMark?: (node: NodeId, mark: string) => void;
  /** Hears of every event and every draw. */
  readonly trace?: Trace;
  /** Nodes' timers wait for `SimNode.fireTimer`. */
  readonly handTimers?: boolean;
}

export class SimHost implements Host {
  readonly nodes: readonly NodeId[];
  readonly queue: EventQueue;
  readonly timeline: VirtualTimeline;
  readonly network: Network;
  readonly #options: SimOptions;
  readonly #nodes = new Map<NodeId, SimNode>();
  readonly #requests: Requests;
  readonly #marks = new Marks();
  readonly #crashes: Draw;
  #stopped = false;

  constructor(options: SimOptions) {
    const { system, config, nodes, settings, seeds, trace, handTimers } = options;
    this.#options = options;
    this.nodes = nodes;
    this.queue = new EventQueue(trace);
    this.timeline = new VirtualTimeline(this.queue);
    this.network = new Network(this.queue, settings, linksOf(nodes), seeds.network, trace);
    this.#crashes = drawsOf(seeds.disks, 'crashes', trace);
    for (const id of nodes) {
      const disk = drawsOf(seeds.disks, id, trace);
      const peers = nodes.filter((peer) => peer !== id).sort();
      const links = new Map(peers.map((peer) => [peer, this.network.link(id, peer)]));
      const { min, max } = settings.fsync;
      const node = new SimNode({
        id,
        peers,
        system,
        config,
        queue: this.queue,
        draw: drawsOf(seeds.nodes, id, trace),
        fsync: () => {
          const tail = disk('fsync');
          return min + (max - min) * tail * tail * tail;
        },
        send: (from, to, message) => this.#send(links, from, to, message),
        reply: (from, request, response) => this.#requests.reply(from, request, response),
        onLog: options.onLog,
        onMark: (node, mark) => {
          options.onMark?.(node, mark);
          this.#marks.reached(mark, node);
        },
        onEnd: (node, state, reason) => this.#ended(node, state, reason),
        ...(handTimers !== undefined && { handTimers }),
      });
      this.#nodes.set(id, node);
    }
    this.#requests = new Requests(this.queue, this.network, this.#nodes);
  }

  /** Starts every node, in order. */
  start(): void {
    for (const node of this.#nodes.values()) node.start();
  }

  /** Lets virtual time pass for as long as `work` takes, for `limit` ms at most. */
  drive<T>(limit: number, work: Promise<T>): Promise<T> {
    return drive(this.queue, this.timeline, limit, work);
  }

  /** How often each mark was reached, by any node, in the order of their names. */
  get marks(): { readonly [mark: string]: number } {
    return this.#marks.counts;
  }

  /** A node, to look into. */
  at(id: NodeId): SimNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node is named ${JSON.stringify(id)}`);
    return node;
  }

  clientEnv(seed: number): ClientEnv {
    return this.#requests.clientEnv(drawsOf(seed, 'client', this.#options.trace));
  }

  async cut(links: readonly Link[], mode: CutMode): Promise<void> {
    this.network.cut(links, mode);
    if (mode !== 'reset') return;
    for (const { from, to } of links) {
      if (from === CLIENTS) this.#requests.reset(to);
      else if (to === CLIENTS) this.#requests.reset(from);
    }
  }

  async heal(links: readonly Link[]): Promise<void> {
    this.network.heal(links);
  }

  async shape(links: readonly Link[], shape: Shape | null): Promise<void> {
    this.network.shape(links, shape);
  }

  async counters(links: readonly Link[]): Promise<readonly LinkCounters[]> {
    return this.network.counters(links);
  }

  async pause(node: NodeId): Promise<void> {
    this.at(node).pause();
  }

  async resume(node: NodeId): Promise<void> {
    this.at(node).resume();
  }

  /** Half of the crashes lose all that was not synced, the others what the disk's draws say. */
  async crash(node: NodeId): Promise<void> {
    this.crashNow(node, this.#crashes(`${node} loses all`) < 0.5 ? LOSE_ALL : this.#someSurvives);
  }

  crashNow(node: NodeId, survival: Survival): void {
    this.at(node).crash(survival);
    this.#requests.disconnect(node);
  }

  async restart(node: NodeId): Promise<void> {
    this.at(node).start();
  }

  state(node: NodeId): NodeState {
    return this.at(node).state;
  }

  async status(node: NodeId): Promise<NodeStatus | undefined> {
    const status = this.at(node).status();
    if (status?.facts === undefined) return status;
    // As it would arrive from a process: whoever keeps it must not see it change with the node.
    return { ...status, facts: JSON.parse(JSON.stringify(status.facts)) as Json };
  }

  reached(mark: string, signal: AbortSignal): Promise<NodeId | undefined> {
    return new Promise((resolve) => {
      this.#marks.next(mark, signal, (node) => {
        this.timeline.settled();
        resolve(node);
      });
    });
  }

  async skew(node: NodeId, skew: Skew | null): Promise<void> {
    this.at(node).skew = skew;
  }

  async clockError(node: NodeId): Promise<number | undefined> {
    const asked = this.at(node);
    return asked.state === 'up' ? asked.now() - this.queue.now : undefined;
  }

  async trouble(node: NodeId, trouble: DiskTrouble | null): Promise<void> {
    this.at(node).disk.trouble = trouble ?? undefined;
  }

  async diskCounters(node: NodeId): Promise<DiskCounters> {
    return this.at(node).disk.counters;
  }

  async flip(
    node: NodeId,
    where: number,
  ): Promise<{ readonly file: string; readonly offset: number } | undefined> {
    return this.at(node).disk.flip(where);
  }

  calm(): void {
    this.network.calm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
  }

  readonly #someSurvives: Survival = (pending, nextAppend) => ({
    operations: Math.floor(this.#crashes('operations that survive') * (pending + 1)),
    torn: Math.floor(this.#crashes('torn bytes') * nextAppend),
  });

  #send(links: ReadonlyMap<NodeId, LinkState>, from: NodeId, to: NodeId, message: Message): void {
    const link = links.get(to);
    if (link === undefined) throw new Error(`no peer is named ${JSON.stringify(to)}`);
    const peer = this.at(to);
    this.network.send(link, serialise(message), false, (json) =>
      peer.toNode((node) => node.onMessage(from, json)),
    );
  }

  #ended(node: NodeId, state: 'halted' | 'exited', reason: string): void {
    this.#requests.disconnect(node);
    if (!this.#stopped) this.#options.onEvent({ node, state, reason });
  }
}

/** Every directed pair of nodes, and both ways between the clients and each node. */
function linksOf(nodes: readonly NodeId[]): Link[] {
  return nodes.flatMap((from) => [
    { from: CLIENTS, to: from },
    { from, to: CLIENTS },
    ...nodes.flatMap((to) => (to === from ? [] : [{ from, to }])),
  ]);
}
