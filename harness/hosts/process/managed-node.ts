/**
 * One node over all its incarnations: what state it is in, and the changes of it that can be asked
 * for. Changes of one node are made one after the other.
 */
import type { NodeState } from '../../../nemesis/host.ts';
import type { NodeId } from '../../../systems/contract.ts';
import type { Address, FromNode, NodeConfig, Watch } from './control.ts';
import { NodeProcess } from './node-process.ts';
import type { NodeEnd } from './node-process.ts';
import type { Supervisor } from './supervisor.ts';

export interface ManagedNodeOptions {
  readonly config: Omit<NodeConfig, 'incarnation'>;
  readonly supervisor: Supervisor;
  /** Where this node dials its peers. */
  readonly peers: () => { readonly [id: NodeId]: Address };
  readonly watches: () => readonly Watch[];
  /** Tells the fabric where the node is now (null: nowhere); settles when that is in effect. */
  readonly publish: (address: Address | null) => Promise<unknown>;
  readonly onReached: (watch: number) => void;
  readonly onEnd: (end: NodeEnd) => void;
}

type Reported = Extract<FromNode, { kind: 'status' }>;

export class ManagedNode {
  readonly id: NodeId;
  readonly #options: ManagedNodeOptions;
  #process: NodeProcess | undefined;
  /** While there is a process: whether it is paused. Else how it came to have none. */
  #state: NodeState = 'down';
  #incarnation = 0;
  #changes: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #lastQuestion = 0;
  /** Who waits for the answer to the last question; a silent node is not asked again. */
  readonly #asking = new Set<(reported: Reported | undefined) => void>();

  constructor(options: ManagedNodeOptions) {
    this.id = options.config.id;
    this.#options = options;
  }

  get state(): NodeState {
    if (this.#process === undefined) return this.#state;
    switch (this.#process.observe()) {
      case 'running':
        return 'up';
      case 'stopped':
        return 'paused';
      case 'ended':
        return 'exited'; // and why, we hear in a moment
      case undefined:
        return this.#state;
    }
  }

  /** Spawns the process and waits until it listens; the node in it is not started yet. */
  async launch(): Promise<Address> {
    if (this.#stopped) throw new Error('the host was stopped');
    const config = { ...this.#options.config, incarnation: this.#incarnation++ };
    const launched = new NodeProcess({
      config,
      supervisor: this.#options.supervisor,
      onMessage: (message) => this.#hear(message),
      onEnd: (end) => this.#ended(end),
    });
    this.#process = launched;
    this.#state = 'up';
    return await launched.listening;
  }

  /** Starts the node in a launched process; resolves when it takes connections. */
  async begin(address: Address): Promise<void> {
    const { peers, watches, publish } = this.#options;
    this.#process?.tell({ kind: 'start', peers: peers(), watches: watches() });
    await this.#process?.started;
    await publish(address);
  }

  pause(): Promise<void> {
    return this.#change(async () => {
      await this.#running('pause').pause();
      this.#state = 'paused';
    });
  }

  resume(): Promise<void> {
    return this.#change(async () => {
      await this.#running('resume').resume();
      this.#state = 'up';
    });
  }

  /** Also of a node that has ended already: it is gone. */
  crash(): Promise<void> {
    return this.#change(async () => {
      const victim = this.#process;
      if (victim === undefined) return;
      victim.kill();
      await victim.gone;
      await this.#options.publish(null);
    });
  }

  restart(): Promise<void> {
    return this.#change(async () => {
      if (this.#process !== undefined)
        throw new Error(`${this.id} is ${this.state}, so it can't be restarted`);
      await this.begin(await this.launch());
    });
  }

  /** Undefined when it doesn't answer in `timeout` ms. */
  report(timeout: number): Promise<Reported | undefined> {
    return new Promise((resolve) => {
      if (this.#process === undefined || this.#state === 'paused') {
        resolve(undefined);
        return;
      }
      const answer = (reported: Reported | undefined) => {
        clearTimeout(late);
        this.#asking.delete(answer);
        resolve(reported);
      };
      const late = setTimeout(() => answer(undefined), timeout);
      if (this.#asking.size === 0) this.#process.tell({ kind: 'status', id: ++this.#lastQuestion });
      this.#asking.add(answer);
    });
  }

  watch(kind: 'watch' | 'unwatch', watch: Watch): void {
    this.#process?.tell({ kind, watch });
  }

  /** Kills without waiting; for the end of the harness itself. */
  kill(): void {
    this.#process?.kill();
  }

  /** For good; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#process?.kill();
    await this.#process?.gone;
  }

  #running(aim: string): NodeProcess {
    if (this.#process === undefined) throw new Error(`${this.id} is ${this.#state}: nothing to ${aim}`);
    return this.#process;
  }

  #change(make: () => Promise<void>): Promise<void> {
    const change = this.#changes.then(() => {
      if (this.#stopped) throw new Error('the host was stopped');
      return make();
    });
    this.#changes = change.catch(() => undefined);
    return change;
  }

  #hear(message: FromNode): void {
    if (message.kind === 'status') {
      if (message.id === this.#lastQuestion) for (const answer of [...this.#asking]) answer(message);
    } else if (message.kind === 'reached') {
      for (const watch of message.watches) this.#options.onReached(watch);
    }
  }

  #ended(end: NodeEnd | undefined): void {
    this.#process = undefined;
    this.#state = end?.state ?? 'down';
    for (const answer of [...this.#asking]) answer(undefined);
    if (this.#stopped) return;
    this.#options.publish(null).catch(() => undefined); // the fabric's own end is told elsewhere
    if (end !== undefined) this.#options.onEnd(end);
  }
}
