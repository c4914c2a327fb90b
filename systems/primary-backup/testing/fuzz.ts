/**
 * One random run in simulation: clients, and everything that can go wrong at once, from one seed. What it
 * found is returned, not thrown, since with a seeded bug something must be found.
 */
import { drawsOf } from '../../../harness/hosts/sim/draws.ts';
import { CLIENTS, type Link } from '../../../nemesis/host.ts';
import type { Client, Completion, Invocation, NodeId, OptionValues } from '../../contract.ts';
import { Cluster } from '../../testing/cluster.ts';
import { isLinearizable, type Observed } from '../../testing/linearizable.ts';
import { system } from '../index.ts';
import { Promises } from './promises.ts';

/** What goes wrong, each with a weight. */
export interface Troubles {
  readonly partPair: number;
  readonly isolatePrimary: number;
  readonly split: number;
  readonly cutLinks: number;
  readonly cutClients: number;
  readonly crashPrimary: number;
  readonly crashArbiter: number;
  readonly crashOne: number;
  readonly crashAll: number;
  readonly pause: number;
  readonly heal: number;
}

export interface FuzzOptions {
  readonly seed: string;
  readonly bugs?: readonly string[];
  readonly nodes?: number;
  readonly options?: OptionValues;
  readonly troubles?: Partial<Troubles>;
  /** Operations, each with a weight. */
  readonly mix?: { readonly [f: string]: number };
  readonly clients?: number;
  /** How long the arbiter's disk takes to sync, ms; like the others' unless told. */
  readonly arbiterSync?: number;
}

export interface FuzzResult {
  /** What replicas promise each other. */
  readonly violations: readonly string[];
  /** Keys whose history is not linearizable. */
  readonly broken: readonly string[];
  /** After everything was healed, reads and writes succeeded in time. */
  readonly live: boolean;
  readonly halted: readonly string[];
  readonly marks: { readonly [mark: string]: number };
  readonly log: readonly string[];
  readonly completed: number;
}

const EVERYTHING: Troubles = {
  partPair: 3,
  isolatePrimary: 3,
  split: 2,
  cutLinks: 3,
  cutClients: 2,
  crashPrimary: 3,
  crashArbiter: 2,
  crashOne: 2,
  crashAll: 1,
  pause: 3,
  heal: 7,
};
const MIX = { get: 4, put: 2, append: 3, cas: 2, delete: 1, draw: 1 };
/** Of the time under trouble, ms. */
const DURATION = 3000;
const KEYS = ['x', 'y'];
const ARBITER = 'n1';

export function fuzz(options: FuzzOptions): FuzzResult {
  return new Fuzz(options).run();
}

class Fuzz {
  private readonly draw: () => number;
  private readonly cluster: Cluster;
  private readonly promises: Promises;
  private readonly options: FuzzOptions;
  private readonly history: (Observed & { completion: Completion | undefined; completed: number })[] = [];
  private readonly log: string[] = [];
  /** The one order of all invocations and completions. */
  private moment = 0;
  private values = 0;
  private stopped = false;

  constructor(options: FuzzOptions) {
    this.options = options;
    const draws = drawsOf(0, options.seed, undefined);
    const draw = (): number => draws('fuzz');
    this.draw = draw;
    this.cluster = new Cluster({
      system,
      nodes: options.nodes ?? this.one([3, 4, 4, 5]),
      seed: Math.floor(draw() * 2 ** 32),
      bugs: options.bugs ?? [],
      options: {
        failureTimeout: this.one([100, 200, 300]),
        heartbeat: this.one([10, 25]),
        lagBound: this.one([2, 20, 2000]),
        snapshotEvery: this.one([10, 25, 10_000]),
        transferChunk: this.one([64, 65_536]),
        maxBatch: this.one([1, 4, 1024]),
        maxPending: this.one([3, 10_000, 10_000]),
        maxSessions: this.one([4, 10_000, 10_000]),
        attemptTimeout: this.one([60, 200]),
        ...options.options,
      },
      settings: {
        fsync: { min: 0.3, max: 0.3 + this.one([1, 1, 10]) },
        latency: { min: 0.5, max: this.one([2.5, 2.5, 15]) },
        loss: this.one([0, 0.01, 0.05]),
        duplicate: this.one([0, 0.02]),
        reorder: this.one([0, 0.02, 0.2]),
      },
      onLog: (node, event, data) => this.note(`${node} ${event} ${JSON.stringify(data)}`),
    });
    if (options.arbiterSync !== undefined)
      this.cluster.at(ARBITER).disk.trouble = { kind: 'slow', delay: options.arbiterSync };
    this.promises = new Promises(this.cluster);
  }

  run(): FuzzResult {
    const { cluster, options } = this;
    cluster.start();
    for (let worker = 0; worker < (options.clients ?? 5); worker++) this.work(cluster.client());
    this.later(500, () => this.makeTrouble());
    this.advance(DURATION);
    this.stopped = true;
    this.healEverything();
    this.advance(2000);
    const live = this.finalRounds();
    const broken = KEYS.filter(
      (key) => !isLinearizable(this.history.filter(({ invocation }) => invocation.key === key)),
    );
    return {
      violations: this.promises.violations,
      broken,
      live,
      halted: cluster.nodes.flatMap((id) => cluster.halted(id) ?? []),
      marks: cluster.marks,
      log: this.log,
      completed: this.history.filter(({ completion }) => completion?.type === 'ok').length,
    };
  }

  private work(client: Client): void {
    if (this.stopped) return;
    this.invoke(client, this.invocation(), 150 + this.draw() * 600, (completion) => {
      // After an `info` the client is closed, and its worker goes on with a new one.
      const next = completion.type === 'info' ? this.cluster.client() : client;
      this.later(this.draw() * 40, () => this.work(next));
    });
  }

  private invoke(
    client: Client,
    invocation: Invocation,
    timeout: number,
    then: (completion: Completion) => void,
  ): void {
    const observed = {
      invocation,
      invoked: this.moment++,
      completion: undefined as Completion | undefined,
      completed: Infinity,
    };
    this.history.push(observed);
    client.invoke(invocation, timeout, (completion) => {
      if (observed.completion !== undefined) throw new Error('a client called done twice');
      this.note(`client ${JSON.stringify(invocation)} ${JSON.stringify(completion)}`);
      observed.completion = completion;
      observed.completed = this.moment++;
      then(completion);
    });
  }

  private invocation(): Invocation {
    const f = this.weighted(this.options.mix ?? MIX);
    const key = this.one(KEYS);
    const fresh = `${++this.values},`;
    switch (f) {
      // On a key of its own, which replicas must agree on: what it writes no client knows before.
      case 'draw':
        return { f, key: 'drawn' };
      case 'put':
      case 'append':
        return { f, key, value: fresh };
      case 'cas':
        return { f, key, value: [`${this.values - 1 - Math.floor(this.draw() * 3)},`, fresh] };
      default:
        return { f, key };
    }
  }

  private makeTrouble(): void {
    const { cluster } = this;
    if (cluster.queue.now >= DURATION) return;
    const trouble = this.weighted({ ...EVERYTHING, ...this.options.troubles });
    this.note(`trouble: ${trouble}`);
    const primary = this.inRole('primary');
    switch (trouble) {
      case 'partPair':
        cluster.part([primary], [this.inRole('backup')]);
        break;
      case 'isolatePrimary':
        cluster.part([primary], cluster.nodes);
        break;
      case 'split': {
        const some = cluster.nodes.filter(() => this.draw() < 0.5);
        cluster.part(
          some,
          cluster.nodes.filter((id) => !some.includes(id)),
        );
        break;
      }
      case 'cutLinks':
        this.cutSome(0.3, ({ from, to }) => from !== CLIENTS && to !== CLIENTS);
        break;
      case 'cutClients':
        // Often only the answers are lost, which is what makes clients repeat what was done.
        this.cutSome(0.6, ({ to }) => to === CLIENTS);
        break;
      case 'crashPrimary':
        this.crash(primary);
        break;
      case 'crashArbiter':
        this.crash(ARBITER);
        break;
      case 'crashOne':
        this.crash(this.one(cluster.nodes));
        break;
      case 'crashAll':
        for (const id of cluster.nodes) this.crash(id);
        break;
      case 'pause': {
        const paused = this.draw() < 0.6 ? primary : this.one(cluster.nodes);
        if (cluster.state(paused) === 'up') cluster.at(paused).pause();
        this.later(50 + this.draw() * 600, () => this.resume(paused));
        break;
      }
      case 'heal':
        cluster.healAll();
    }
    this.later((0.1 + this.draw() * 0.9) * 350, () => this.makeTrouble());
  }

  /** Of several, the one of the latest epoch; one at random where there is none. */
  private inRole(role: string): NodeId {
    const term = (id: NodeId): number => {
      const status = this.cluster.at(id).node?.status();
      return status?.role === role ? status.term : -1;
    };
    return this.cluster.nodes.reduce(
      (latest, id) => (term(id) > term(latest) ? id : latest),
      this.one(this.cluster.nodes),
    );
  }

  /** Lost for good, or held by every link until it is healed: then what arrives is long out of date. */
  private cutSome(share: number, among: (link: Link) => boolean): void {
    const mode = this.one(['discard', 'stall'] as const);
    const { network } = this.cluster;
    network.cut(
      network.links.filter((link) => among(link) && this.draw() < share),
      mode,
    );
  }

  private resume(id: NodeId): void {
    if (this.cluster.state(id) === 'paused') this.cluster.at(id).resume();
  }

  private crash(id: NodeId): void {
    const { cluster } = this;
    if (cluster.at(id).node === undefined) return;
    cluster.crashNow(id, (pending, nextAppend) => ({
      operations: Math.floor(this.draw() * (pending + 1)),
      torn: Math.floor(this.draw() * nextAppend),
    }));
    this.note(`${id} crashed`);
    this.later(20 + this.draw() * 500, () => this.restart(id));
  }

  private restart(id: NodeId): void {
    if (this.cluster.state(id) !== 'down') return;
    this.note(`${id} restarted`);
    this.cluster.at(id).start();
  }

  private healEverything(): void {
    const { cluster } = this;
    cluster.healAll();
    cluster.calm();
    for (const id of cluster.nodes) {
      this.resume(id);
      this.restart(id);
    }
    this.note('all is healed');
  }

  /** Reads and writes under one primary after the other: what only one replica's state shows must show too. */
  private finalRounds(): boolean {
    let live = this.finalRound();
    for (let round = 0; round < 2; round++) {
      const primary = this.inRole('primary');
      if (this.cluster.state(primary) === 'up') this.cluster.at(primary).pause();
      this.advance(1000);
      this.finalRound();
      this.resume(primary);
      this.advance(500);
      live = this.finalRound() && live;
    }
    return live;
  }

  private finalRound(): boolean {
    let open = KEYS.length;
    let good = true;
    for (const key of KEYS) {
      const client = this.cluster.client();
      this.invoke(client, { f: 'get', key }, 2000, (read) => {
        this.invoke(client, { f: 'append', key, value: `${++this.values},` }, 2000, (appended) => {
          good &&= read.type === 'ok' && appended.type === 'ok';
          open--;
        });
      });
    }
    const end = this.cluster.queue.now + 4000;
    while (open > 0 && this.cluster.queue.now < end) this.advance(50);
    return good && open === 0;
  }

  private advance(duration: number): void {
    const { queue } = this.cluster;
    const end = queue.now + duration;
    while (queue.step(end)) this.promises.check();
    queue.run(end - queue.now);
  }

  private later(delay: number, happen: () => void): void {
    this.cluster.queue.after(delay, 'fuzz', happen);
  }

  private note(line: string): void {
    this.log.push(`${this.cluster.queue.now.toFixed(1)} ${line}`);
  }

  private one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.draw() * choices.length)]!;
  }

  private weighted(weights: object): string {
    const entries = Object.entries(weights) as [string, number][];
    let at = this.draw() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
    return entries[0]![0];
  }
}
