/**
 * One node in its process: its `Env`, and the rule that its handlers run one at a time, each to its
 * end. What a handler sends leaves at the end of the turn. A handler that throws ends the process, as
 * does `halt`; nothing of the node runs after that, and nothing it left unsent leaves.
 */
import type {
  Disk,
  Env,
  Json,
  Message,
  Node,
  NodeId,
  NodeStatus,
  RequestId,
  System,
  SystemConfig,
  TimerId,
} from '../../../systems/contract.ts';
import { subSeed } from '../../runner/seeds.ts';
import type { DiskCounters } from '../../../nemesis/host.ts';
import type { Address, Ailments, NodeConfig, Watch } from './control.ts';
import { DiskHealth } from './disk-health.ts';
import { FileDisk } from './disk.ts';
import type { EndOfTurn } from './end-of-turn.ts';
import { Marks } from './marks.ts';
import type { NodeLog } from './node-log.ts';
import { NodeClock } from './node-clock.ts';
import { NodeServer } from './node-server.ts';
import { PeerLink } from './peer-link.ts';
import { uniform } from './random.ts';
import { setTimer } from './timer.ts';

export interface RuntimeOptions {
  readonly config: NodeConfig;
  readonly system: System;
  readonly log: NodeLog;
  readonly turn: EndOfTurn;
  /** Called once, when the node has ended itself; the process has to end then. */
  readonly onEnd: (end: 'halted' | 'failed', reason: string) => void;
  readonly onReached: (watches: readonly number[]) => void;
  /** Called whenever the disk's trouble has slowed or failed something. */
  readonly onDiskHit: (counters: DiskCounters) => void;
}

export class NodeRuntime implements Env {
  readonly id: NodeId;
  readonly peers: readonly NodeId[];
  readonly disk: Disk;
  readonly server: NodeServer;
  readonly marks: Marks;
  readonly clock = new NodeClock();
  readonly health: DiskHealth;
  readonly #options: RuntimeOptions;
  readonly #links = new Map<NodeId, PeerLink>();
  readonly #timers = new Map<TimerId, () => void>();
  readonly #draw: () => number;
  #lastTimer: TimerId = 0;
  #node: Node | undefined;
  #ended = false;

  constructor(options: RuntimeOptions) {
    const { config, turn, log } = options;
    this.#options = options;
    this.id = config.id;
    this.peers = config.nodes.filter((node) => node !== config.id).sort();
    this.#draw = uniform(subSeed(config.seed, `node/${config.id}/${config.incarnation}`));
    this.marks = new Marks(options.onReached);
    this.health = new DiskHealth(options.onDiskHit);
    this.disk = new FileDisk(`${config.directory}/data`, turn, this.health, (completion) => {
      this.#run((node) => node.onDisk(completion));
    });
    this.server = new NodeServer({
      peers: this.peers,
      turn,
      log,
      onMessage: (from, message) => this.#run((node) => node.onMessage(from, message)),
      onRequest: (request, body) => this.#run((node) => node.onRequest(request, body)),
    });
  }

  /** Makes the node and starts it; false when it ended there. `addresses` are where to dial each peer. */
  start(addresses: { readonly [id: NodeId]: Address }, watches: readonly Watch[]): boolean {
    const { config, system, log, turn } = this.#options;
    for (const peer of this.peers) {
      const address = addresses[peer];
      if (address === undefined) throw new Error(`no address of ${peer}`);
      this.#links.set(peer, new PeerLink(this.id, peer, address, turn, log));
    }
    for (const watch of watches) this.marks.watch(watch);
    this.#guard(() => {
      const node = system.createNode(this, systemConfig(config, system));
      this.#node = node;
      node.onStart();
    });
    return !this.#ended;
  }

  /** What is wrong with the clock and the disk from now on; false when the node has ended. */
  ail({ skew, trouble }: Ailments): boolean {
    this.clock.skew = skew;
    this.health.set(trouble);
    return !this.#ended;
  }

  /** Undefined when the node has ended. */
  status(): NodeStatus | undefined {
    return this.#run((node) => node.status());
  }

  now(): number {
    return this.clock.now();
  }

  setTimer(delay: number): TimerId {
    const timer = ++this.#lastTimer;
    const cancel = setTimer(delay, () => {
      this.#timers.delete(timer);
      this.#run((node) => node.onTimer(timer));
    });
    this.#timers.set(timer, cancel);
    return timer;
  }

  cancelTimer(timer: TimerId): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  send(to: NodeId, message: Message): void {
    const link = this.#links.get(to);
    if (link === undefined) throw new Error(`no peer is named ${JSON.stringify(to)}`);
    if (!this.#ended) link.send(message);
  }

  reply(request: RequestId, response: Message): void {
    if (!this.#ended) this.server.reply(request, response);
  }

  random(_label: string): number {
    return this.#draw();
  }

  log(event: string, data?: { readonly [key: string]: Json }): void {
    this.#options.log.write(event, data);
  }

  reached(mark: string): void {
    this.marks.reached(mark);
  }

  halt(reason: string): void {
    this.#end('halted', reason);
  }

  /** Ends the node for a fault of its own or of this process. */
  fail(error: unknown): void {
    this.#end('failed', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  #run<T>(handler: (node: Node) => T): T | undefined {
    const node = this.#node;
    return node === undefined ? undefined : this.#guard(() => handler(node));
  }

  #guard<T>(step: () => T): T | undefined {
    if (this.#ended) return undefined;
    try {
      return step();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  #end(end: 'halted' | 'failed', reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    // Now, not at the turn's end: what this turn queued is not to leave.
    this.server.close();
    for (const link of this.#links.values()) link.close();
    for (const cancel of this.#timers.values()) cancel();
    this.#options.log.write(end, { reason });
    this.#options.log.flush();
    this.#options.onEnd(end, reason);
  }
}

/** Every option of the system, also those that the host was not told. */
export function systemConfig(config: NodeConfig, system: System): SystemConfig {
  const defaults = Object.entries(system.options).map(([name, option]) => [name, option.default] as const);
  return { bugs: config.bugs, options: { ...Object.fromEntries(defaults), ...config.options } };
}
