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
import { Invariants } from './invariants.ts';

/** What goes wrong, each with a weight. */
export interface Troubles {
  readonly isolateLeader: number;
  readonly split: number;
  readonly cutLinks: number;
  readonly cutClients: number;
  readonly crashLeader: number;
  readonly crashOne: number;
  readonly crashAll: number;
  /** Whoever votes next, just after its vote is on its way; it comes back at once. */
  readonly crashVoter: number;
  readonly pause: number;
  readonly heal: number;
}

export interface FuzzOptions {
  readonly seed: string;
  readonly bugs?: readonly string[];
  /** Fixed, where they would be drawn. */
  readonly nodes?: number;
  readonly options?: OptionValues;
  readonly troubles?: Partial<Troubles>;
  /** Operations, each with a weight. */
  readonly mix?: { readonly [f: string]: number };
  readonly clients?: number;
  /** Each new leader is cut off within so many ms, and its predecessor comes back (the paper's Figure 8). */
  readonly hunt?: number;
  /** Each node's clock wanders within so many ms, so it loses at most that; it doesn't unless told. */
  readonly clockError?: number;
  /** Between one trouble and the next, ms: from a tenth of it to all of it. */
  readonly pace?: number;
}

export interface FuzzResult {
  /** Of Raft's properties. */
  readonly violations: readonly string[];
  /** Keys whose history is not linearizable. */
  readonly broken: readonly string[];
  /** After everything was healed, a write and a read succeeded in time. */
  readonly live: boolean;
  readonly halted: readonly string[];
  readonly marks: { readonly [mark: string]: number };
  readonly history: readonly Observed[];
  readonly log: readonly string[];
  readonly completed: number;
}

const EVERYTHING: Troubles = {
  isolateLeader: 3,
  split: 3,
  cutLinks: 3,
  cutClients: 2,
  crashLeader: 3,
  crashOne: 3,
  crashAll: 1,
  crashVoter: 1,
  pause: 3,
  heal: 6,
};
const MIX = { get: 4, put: 2, append: 3, cas: 2, delete: 1 };
/** Of the time under trouble, ms. */
const DURATION = 3000;
const KEYS = ['x', 'y'];

export function fuzz(options: FuzzOptions): FuzzResult {
  return new Fuzz(options).run();
}

class Fuzz {
  private readonly draw: () => number;
  private readonly cluster: Cluster;
  private readonly invariants: Invariants;
  private readonly troubles: Troubles;
  private readonly options: FuzzOptions;
  private readonly history: {
    invocation: Invocation;
    invoked: number;
    completion: Completion | undefined;
    completed: number;
  }[] = [];
  private readonly log: string[] = [];
  /** The one order of all invocations and completions. */
  private moment = 0;
  private values = 0;
  private stopped = false;
  private voterToCrash = false;

  constructor(options: FuzzOptions) {
    this.options = options;
    const draw = drawsFrom(options.seed);
    this.draw = draw;
    this.troubles = { ...EVERYTHING, ...options.troubles };
    this.cluster = new Cluster({
      system,
      nodes: options.nodes ?? this.one([3, 3, 5]),
      seed: Math.floor(draw() * 2 ** 32),
      bugs: options.bugs ?? [],
      options: {
        electionTimeout: this.one([100, 150, 300]),
        heartbeat: 30,
        preVote: draw() < 0.7,
        checkQuorum: draw() < 0.7,
        snapshotEvery: this.one([10, 25, 10_000]),
        snapshotChunk: this.one([64, 65_536]),
        maxBatch: this.one([1, 4, 1024]),
        maxInFlight: this.one([1, 4, 32]),
        maxPending: this.one([3, 10_000, 10_000]),
        maxSessions: this.one([4, 10_000, 10_000]),
        attemptTimeout: this.one([60, 200]),
        ...options.options,
      },
      settings: {
        fsync: { min: 0.3, max: 0.3 + this.one([1, 1, 10]) },
        latency: { min: 0.5, max: this.one([2.5, 2.5, 25]) },
        loss: this.one([0, 0.01, 0.05]),
        duplicate: this.one([0, 0.02]),
        reorder: this.one([0, 0.02, 0.3]),
      },
      onMark: (node, mark) => this.onMark(node, mark),
      onLog: (node, event, data) => this.note(`${node} ${event} ${JSON.stringify(data)}`),
    });
    // Latencies are mostly near their least, but requests for votes cross only where all take long.
    const { network } = this.cluster;
    network.shape(network.links, { delay: 0, jitter: this.one([0, 2, 20]) });
    this.invariants = new Invariants(this.cluster);
  }

  run(): FuzzResult {
    const { cluster, options } = this;
    cluster.start();
    if (options.clockError !== undefined) for (const id of cluster.nodes) this.wander(id, options.clockError);
    for (let worker = 0; worker < (options.clients ?? 4); worker++) this.work(cluster.client());
    this.later(400, () => this.makeTrouble());
    this.advance(DURATION);
    this.stopped = true;
    this.healEverything();
    this.advance(1500);
    const live = this.finalRounds();
    this.advance(500);
    this.invariants.compare();
    const broken = KEYS.filter(
      (key) => !isLinearizable(this.history.filter(({ invocation }) => invocation.key === key)),
    );
    return {
      violations: this.invariants.violations,
      broken,
      live,
      halted: cluster.nodes.flatMap((id) => cluster.halted(id) ?? []),
      marks: cluster.marks,
      history: this.history,
      log: this.log,
      completed: this.history.filter(({ completion }) => completion?.type === 'ok').length,
    };
  }

  /** The node's clock jumps back and forth, and stays where it is for a while, within `error` ms. */
  private wander(id: NodeId, error: number): void {
    const draw = drawsFrom(`${this.options.seed}/clock of ${id}`);
    const jump = (): void => {
      this.cluster.at(id).skew = { offset: draw() * error, rate: 1 };
      this.later(10 + draw() * 200, jump);
    };
    jump();
  }

  private work(client: Client): void {
    if (this.stopped) return;
    this.invoke(client, this.invocation(), 150 + this.draw() * 600, (completion) => {
      // After an `info` the client is closed, and its worker goes on with a new one.
      const next = completion.type === 'info' ? this.cluster.client() : client;
      this.later(this.draw() * 60, () => this.work(next));
    });
  }

  private invoke(
    client: Client,
    invocation: Invocation,
    timeout: number,
    then: (completion: Completion) => void,
  ): void {
    const invoked = this.moment++;
    const observed = {
      invocation,
      invoked,
      completion: undefined as Completion | undefined,
      completed: Infinity,
    };
    this.history.push(observed);
    client.invoke(invocation, timeout, (completion) => {
      if (observed.completion !== undefined) throw new Error('a client called done twice');
      observed.completion = completion;
      observed.completed = this.moment++;
      this.note(`client ${JSON.stringify(invocation)} ${JSON.stringify(completion)}`);
      then(completion);
    });
  }

  private invocation(): Invocation {
    const f = this.weighted(this.options.mix ?? MIX);
    const key = this.one(KEYS);
    const fresh = `${++this.values},`;
    switch (f) {
      case 'put':
      case 'append':
        return { f, key, value: fresh };
      case 'cas': {
        const written = this.history.filter(
          ({ invocation }) => invocation.f === 'put' && invocation.key === key,
        );
        const guess = written.slice(-2).map(({ invocation }) => String(invocation.value));
        return { f, key, value: [guess.length > 0 ? this.one(guess) : 'none', fresh] };
      }
      default:
        return { f, key };
    }
  }

  private makeTrouble(): void {
    const { cluster } = this;
    if (cluster.queue.now >= DURATION) return;
    const trouble = this.weighted(this.troubles);
    this.note(`trouble: ${trouble}`);
    const leader = this.leader();
    switch (trouble) {
      case 'isolateLeader':
        this.cutOff([leader]);
        break;
      case 'split':
        this.cutOff(cluster.nodes.filter(() => this.draw() < 0.5));
        break;
      case 'cutLinks':
        this.cutSome(0.3, ({ from, to }) => from !== CLIENTS && to !== CLIENTS);
        break;
      case 'cutClients':
        // Often only the answers are lost, which is what makes clients repeat what was done.
        this.cutSome(0.6, ({ to }) => to === CLIENTS);
        break;
      case 'crashLeader':
        this.crash(leader);
        break;
      case 'crashOne':
        this.crash(this.one(cluster.nodes));
        break;
      case 'crashAll':
        for (const id of cluster.nodes) this.crash(id);
        break;
      case 'crashVoter':
        this.voterToCrash = true;
        break;
      case 'pause': {
        const paused = this.draw() < 0.6 ? leader : this.one(cluster.nodes);
        this.pause(paused);
        this.later(50 + this.draw() * 600, () => this.resume(paused));
        break;
      }
      case 'heal':
        cluster.healAll();
    }
    this.later((0.1 + this.draw() * 0.9) * (this.options.pace ?? 300), () => this.makeTrouble());
  }

  private onMark(node: NodeId, mark: string): void {
    const { hunt } = this.options;
    if (mark === 'voted' && this.voterToCrash) {
      this.voterToCrash = false;
      this.later(0, () => this.crash(node, 1));
    } else if (mark === 'leader' && hunt !== undefined && !this.stopped) {
      this.later(this.draw() * hunt, () => {
        if (this.stopped) return;
        this.cluster.healAll();
        this.cutOff([node]);
      });
    }
  }

  private leader(): NodeId {
    const term = (id: NodeId): number => {
      const status = this.cluster.at(id).node?.status();
      return status?.role === 'leader' ? status.term : -1;
    };
    return this.cluster.nodes.reduce(
      (latest, id) => (term(id) > term(latest) ? id : latest),
      this.one(this.cluster.nodes),
    );
  }

  private cutOff(some: readonly NodeId[]): void {
    const others = this.cluster.nodes.filter((id) => !some.includes(id));
    this.cluster.part(some, others);
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

  private pause(id: NodeId): void {
    if (this.cluster.state(id) === 'up') this.cluster.at(id).pause();
  }

  private resume(id: NodeId): void {
    if (this.cluster.state(id) === 'paused') this.cluster.at(id).resume();
  }

  private crash(id: NodeId, downFor = 20 + this.draw() * 300): void {
    const { cluster } = this;
    if (cluster.at(id).node === undefined) return;
    cluster.crashNow(id, (pending, nextAppend) => ({
      operations: Math.floor(this.draw() * (pending + 1)),
      torn: Math.floor(this.draw() * nextAppend),
    }));
    this.note(`${id} crashed`);
    this.later(downFor, () => this.restart(id));
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
    cluster.network.shape(cluster.network.links, null);
    for (const id of cluster.nodes) {
      this.resume(id);
      this.restart(id);
    }
    this.note('all is healed');
  }

  /** Reads and writes under one leader after the other: what only one node's state shows must show too. */
  private finalRounds(): boolean {
    let live = true;
    for (let round = 0; round < this.cluster.nodes.length; round++) {
      live &&= this.finalRound();
      const leader = this.leader();
      this.pause(leader);
      this.advance(700);
      this.finalRound();
      this.resume(leader);
    }
    return live && this.finalRound();
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
    while (queue.step(end)) this.invariants.check();
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

function drawsFrom(seed: string): () => number {
  const draw = drawsOf(0, seed, undefined);
  return () => draw('fuzz');
}
