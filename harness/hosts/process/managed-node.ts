/**
 * One node over all its incarnations: what state it is in, and the changes of it that can be asked
 * for. Changes of one node are made one after the other.
 */
import type { DiskCounters, DiskTrouble, NodeState, Skew } from '../../../nemesis/host.ts';
import type { NodeId } from '../../../systems/contract.ts';
import type { Address, Ailments, FromNode, NodeConfig, Watch } from './control.ts';
import { machineTime } from './machine-clock.ts';
import { flipBit, type Flipped } from './flip-bit.ts';
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

const NONE: DiskCounters = { syncs: 0, slowed: 0, failed: 0 };

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
  #ailments: Ailments = { skew: null, trouble: null };
  #lastAilments = 0;
  /** The ailments were changed while the process was paused, and it has not gone on since. */
  #unheard = false;
  /** Who waits for the last change of the ailments to be in effect. */
  readonly #ailing = new Set<() => void>();
  /** What this process last told of its disk, and what those before it told in the end. */
  #disk: DiskCounters = NONE;
  #diskBefore: DiskCounters = NONE;

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
    this.#process?.tell({ kind: 'start', peers: peers(), watches: watches(), ailments: this.#ailments });
    await this.#process?.started;
    // A question that came before it was started it could not answer.
    if (this.#asking.size > 0) this.#ask();
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
      if (this.#unheard) await this.#ail();
    });
  }

  skew(skew: Skew | null): Promise<void> {
    return this.#change(() => {
      this.#ailments = { ...this.#ailments, skew: skew && { ...skew, since: machineTime() } };
      return this.#ail();
    });
  }

  trouble(trouble: DiskTrouble | null): Promise<void> {
    return this.#change(() => {
      this.#ailments = { ...this.#ailments, trouble };
      return this.#ail();
    });
  }

  /** Since the start of the run; of a node that does not answer, as far as it has told. */
  async diskCounters(timeout: number): Promise<DiskCounters> {
    await this.report(timeout);
    return sum(this.#diskBefore, this.#disk);
  }

  flip(where: number): Promise<Flipped | undefined> {
    return this.#change(async () => {
      if (this.#process !== undefined) throw new Error(`${this.id} is ${this.state}, so its disk is in use`);
      return flipBit(`${this.#options.config.directory}/data`, where);
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
      if (this.#asking.size === 0) this.#ask();
      this.#asking.add(answer);
    });
  }

  #ask(): void {
    this.#process?.tell({ kind: 'status', id: ++this.#lastQuestion });
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

  /**
   * Tells the process its ailments, and waits until they are in effect, or it has ended. One that is paused
   * does nothing till it hears of them; one that is down is told when it is started.
   */
  async #ail(): Promise<void> {
    const running = this.#process;
    this.#unheard = running !== undefined && this.state === 'paused';
    if (running === undefined || this.#unheard) return;
    const id = ++this.#lastAilments;
    await new Promise<void>((resolve) => {
      const inEffect = (): void => {
        this.#ailing.delete(inEffect);
        resolve();
      };
      this.#ailing.add(inEffect);
      running.tell({ kind: 'ailments', id, ailments: this.#ailments });
    });
  }

  #change<T>(make: () => Promise<T>): Promise<T> {
    const change = this.#changes.then(() => {
      if (this.#stopped) throw new Error('the host was stopped');
      return make();
    });
    this.#changes = change.catch(() => undefined);
    return change;
  }

  #hear(message: FromNode): void {
    if (message.kind === 'status' || message.kind === 'disk') this.#disk = message.disk;
    if (message.kind === 'ailing') {
      if (message.id === this.#lastAilments) for (const inEffect of [...this.#ailing]) inEffect();
    } else if (message.kind === 'status') {
      if (message.id === this.#lastQuestion) for (const answer of [...this.#asking]) answer(message);
    } else if (message.kind === 'reached') {
      for (const watch of message.watches) this.#options.onReached(watch);
    }
  }

  #ended(end: NodeEnd | undefined): void {
    this.#process = undefined;
    this.#state = end?.state ?? 'down';
    this.#diskBefore = sum(this.#diskBefore, this.#disk);
    this.#disk = NONE;
    for (const answer of [...this.#asking]) answer(undefined);
    for (const inEffect of [...this.#ailing]) inEffect();
    if (this.#stopped) return;
    this.#options.publish(null).catch(() => undefined); // the fabric's own end is told elsewhere
    if (end !== undefined) this.#options.onEnd(end);
  }
}

function sum(one: DiskCounters, other: DiskCounters): DiskCounters {
  return {
    syncs: one.syncs + other.syncs,
    slowed: one.slowed + other.slowed,
    failed: one.failed + other.failed,
  };
}
