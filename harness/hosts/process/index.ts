/**
 * The process host: each node an operating-system process of its own with real files, every message
 * over TCP through the link fabric, faults by signals and by the fabric. Nothing of it outlives the
 * harness (`supervisor-main.ts`).
 */
import { resolve } from 'node:path';
import { CLIENTS } from '../../../nemesis/host.ts';
import type {
  CutMode,
  DiskCounters,
  DiskTrouble,
  Link,
  LinkCounters,
  NodeState,
  Shape,
  Skew,
} from '../../../nemesis/host.ts';
import type { ClientEnv, NodeId, NodeStatus } from '../../../systems/contract.ts';
import { subSeed } from '../../runner/seeds.ts';
import type { Host, HostOptions } from '../host.ts';
import { absoluteSystem } from '../system.ts';
import { Clients } from './clients.ts';
import { Fabric } from './fabric.ts';
import type { Flipped } from './flip-bit.ts';
import { ManagedNode } from './managed-node.ts';
import { MarkWatch } from './mark-watch.ts';
import { Supervisor } from './supervisor.ts';

/** How long a node may take to tell of its clock or disk, ms. */
const ANSWER = 2000;
/** Node names are also directories. */
const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Starts every node of a system; resolves when all take connections. Leaves nothing when it rejects. */
export async function startProcessHost(options: HostOptions): Promise<Host> {
  for (const node of options.nodes) {
    if (!NODE_NAME.test(node) || node === CLIENTS)
      throw new Error(`not a name for a node: ${JSON.stringify(node)}`);
  }
  if (new Set(options.nodes).size !== options.nodes.length) throw new Error('two nodes of one name');
  const host = new ProcessHost(options);
  try {
    await host.start();
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

class ProcessHost implements Host {
  readonly nodes: readonly NodeId[];
  readonly #nodes = new Map<NodeId, ManagedNode>();
  readonly #supervisor = new Supervisor();
  readonly #fabric: Fabric;
  readonly #marks = new MarkWatch((kind, watch) => {
    for (const node of this.#nodes.values()) node.watch(kind, watch);
  });
  readonly #ended = new AbortController();
  #clients: Clients | undefined;
  #stopping: Promise<void> | undefined;
  /** The last thing a harness that ends in order does; any other end is the supervisor's. */
  readonly #onExit = () => {
    for (const node of this.#nodes.values()) node.kill();
  };

  constructor(options: HostOptions) {
    this.nodes = options.nodes;
    this.#fabric = new Fabric({ nodes: options.nodes, seed: subSeed(options.seed, 'fabric') });
    for (const [index, id] of options.nodes.entries()) {
      const node = new ManagedNode({
        config: {
          id,
          nodes: options.nodes,
          system: absoluteSystem(options.system, process.cwd()),
          bugs: options.bugs,
          options: options.options,
          seed: options.seed,
          directory: resolve(options.directory, id),
          host: loopback(index),
        },
        supervisor: this.#supervisor,
        peers: () => this.#fabric.entrances(id),
        watches: () => this.#marks.watches,
        publish: (address) => this.#fabric.ask({ kind: 'address', node: id, address }),
        onReached: (watch) => this.#marks.reached(watch, id),
        onEnd: (end) => options.onEvent({ node: id, ...end }),
      });
      this.#nodes.set(id, node);
    }
    // Before any node starts, so that none reaches one unseen.
    for (const mark of options.marks ?? []) {
      void this.#marks.next(mark, this.#ended.signal).then((node) => {
        if (node !== undefined) options.onMark?.(mark, node);
      });
    }
    process.on('exit', this.#onExit);
  }

  async start(): Promise<void> {
    const nodes = [...this.#nodes.values()];
    const launched = nodes.map(async (node) => ({ node, address: await node.launch() }));
    const [listening] = await Promise.all([
      Promise.all(launched),
      this.#fabric.ready(),
      this.#supervisor.ready(),
    ]);
    this.#clients = new Clients(this.#fabric.entrances(CLIENTS));
    await Promise.all(listening.map(({ node, address }) => node.begin(address)));
  }

  clientEnv(seed: number): ClientEnv {
    if (this.#clients === undefined) throw new Error('the host has not started');
    return this.#clients.env(seed);
  }

  async cut(links: readonly Link[], mode: CutMode): Promise<void> {
    await this.#fabric.ask({ kind: 'cut', links, mode });
  }

  async heal(links: readonly Link[]): Promise<void> {
    await this.#fabric.ask({ kind: 'heal', links });
  }

  async shape(links: readonly Link[], shape: Shape | null): Promise<void> {
    await this.#fabric.ask({ kind: 'shape', links, shape });
  }

  counters(links: readonly Link[]): Promise<readonly LinkCounters[]> {
    return this.#fabric.ask({ kind: 'counters', links });
  }

  async pause(node: NodeId): Promise<void> {
    await this.#node(node).pause();
  }

  async resume(node: NodeId): Promise<void> {
    await this.#node(node).resume();
  }

  async crash(node: NodeId): Promise<void> {
    await this.#node(node).crash();
  }

  async restart(node: NodeId): Promise<void> {
    await this.#node(node).restart();
  }

  state(node: NodeId): NodeState {
    return this.#node(node).state;
  }

  async status(node: NodeId, timeout = 500): Promise<NodeStatus | undefined> {
    return (await this.#node(node).report(timeout))?.status;
  }

  async skew(node: NodeId, skew: Skew | null): Promise<void> {
    await this.#node(node).skew(skew);
  }

  async clockError(node: NodeId): Promise<number | undefined> {
    return (await this.#node(node).report(ANSWER))?.clockError;
  }

  async trouble(node: NodeId, trouble: DiskTrouble | null): Promise<void> {
    await this.#node(node).trouble(trouble);
  }

  async diskCounters(node: NodeId): Promise<DiskCounters> {
    return await this.#node(node).diskCounters(ANSWER);
  }

  async flip(node: NodeId, where: number): Promise<Flipped | undefined> {
    return await this.#node(node).flip(where);
  }

  reached(mark: string, signal: AbortSignal): Promise<NodeId | undefined> {
    return this.#marks.next(mark, signal);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#ended.abort();
    this.#marks.close();
    this.#clients?.close();
    // The nodes first: the supervisor kills whatever is registered, and then nothing is.
    await Promise.allSettled([...this.#nodes.values()].map((node) => node.stop()));
    await Promise.allSettled([this.#fabric.stop(), this.#supervisor.stop()]);
    process.off('exit', this.#onExit);
  }

  #node(id: NodeId): ManagedNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node is named ${JSON.stringify(id)}`);
    return node;
  }
}

/** On Linux all of 127.0.0.0/8 is here, so each node of each harness gets an address of its own. */
function loopback(index: number): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  return `127.${1 + (process.pid % 250)}.${Math.floor(process.pid / 250) % 250}.${1 + (index % 250)}`;
}
