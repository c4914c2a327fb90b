/**
 * One random run on the rig: clients, and everything that can go wrong at once, from one seed. What it
 * found is returned, not thrown, since with a seeded bug something must be found.
 */
import type { Client, Completion, Invocation, NodeId, OptionValues } from '../contract.ts';
import { Cluster } from '../rig/cluster.ts';
import { isLinearizable, type Observed } from '../rig/linearizable.ts';
import { CLIENTS } from '../rig/network.ts';
import { drawsFrom, type Draw } from '../rig/random.ts';
import { system } from './index.ts';
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
  readonly marks: ReadonlyMap<string, number>;
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
  private readonly draw: Draw;
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
    const slowDisk = this.one([1, 1, 10]);
    this.cluster = new Cluster({
      system,
      nodes: options.nodes ?? this.one([3, 3, 5]),
      seed: options.seed,
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
      clock: wandering(options.seed, options.clockError ?? 0),
      diskDelay: () => 0.3 + draw() * draw() * slowDisk,
      onMark: (node, mark) => this.onMark(node, mark),
      onLog: (node, event, data) => this.note(`${node} ${event} ${JSON.stringify(data)}`),
    });
    this.invariants = new Invariants(this.cluster);
    const loss = this.one([0, 0.01, 0.05]);
    const twice = this.one([0, 0.02]);
    const jitter = this.one([0, 2, 20]);
    const delay = (): number => 0.5 + draw() * jitter + (draw() < 0.01 ? draw() * 200 : 0);
    // Clients' requests arrive once at most (ClientEnv.request): a refusal of one copy would say nothing
    // of what another, later one does.
    this.cluster.network.fate = (from) => {
      if (draw() < loss) return [];
      return from !== CLIENTS && draw() < twice ? [delay(), delay()] : [delay()];
    };
  }

  run(): FuzzResult {
    const { cluster, options } = this;
    cluster.startAll();
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
      halted: cluster.ids.flatMap((id) => cluster.halted(id) ?? []),
      marks: cluster.marks,
      history: this.history,
      log: this.log,
      completed: this.history.filter(({ completion }) => completion?.type === 'ok').length,
    };
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
    if (cluster.now >= DURATION) return;
    const trouble = this.weighted(this.troubles);
    this.note(`trouble: ${trouble}`);
    const leader = this.leader();
    switch (trouble) {
      case 'isolateLeader':
        this.cutOff([leader]);
        break;
      case 'split':
        this.cutOff(cluster.ids.filter(() => this.draw() < 0.5));
        break;
      case 'cutLinks':
        for (const from of cluster.ids)
          for (const to of cluster.ids) if (this.draw() < 0.3) cluster.network.cut(from, to);
        break;
      case 'cutClients':
        // Often only the answers are lost, which is what makes clients repeat what was done.
        for (const id of cluster.ids) if (this.draw() < 0.6) cluster.network.cut(id, CLIENTS);
        break;
      case 'crashLeader':
        this.crash(leader);
        break;
      case 'crashOne':
        this.crash(this.one(cluster.ids));
        break;
      case 'crashAll':
        for (const id of cluster.ids) this.crash(id);
        break;
      case 'crashVoter':
        this.voterToCrash = true;
        break;
      case 'pause': {
        const paused = this.draw() < 0.6 ? leader : this.one(cluster.ids);
        cluster.pause(paused);
        this.later(50 + this.draw() * 600, () => cluster.resume(paused));
        break;
      }
      case 'heal':
        cluster.network.healAll();
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
        this.cluster.network.healAll();
        this.cutOff([node]);
      });
    }
  }

  private leader(): NodeId {
    const term = (id: NodeId): number => {
      const status = this.cluster.node(id)?.status();
      return status?.role === 'leader' ? status.term : -1;
    };
    return this.cluster.ids.reduce(
      (latest, id) => (term(id) > term(latest) ? id : latest),
      this.one(this.cluster.ids),
    );
  }

  private cutOff(some: readonly NodeId[]): void {
    const { ids, network } = this.cluster;
    for (const a of some) {
      for (const b of ids) {
        if (some.includes(b)) continue;
        network.cut(a, b);
        network.cut(b, a);
      }
    }
  }

  private crash(id: NodeId, downFor = 20 + this.draw() * 300): void {
    const { cluster } = this;
    if (cluster.node(id) === undefined) return;
    cluster.crash(id, (pending, nextAppend) => ({
      operations: Math.floor(this.draw() * (pending + 1)),
      torn: Math.floor(this.draw() * nextAppend),
    }));
    this.note(`${id} crashed`);
    this.later(downFor, () => this.restart(id));
  }

  private restart(id: NodeId): void {
    if (this.cluster.node(id) !== undefined || this.cluster.halted(id) !== undefined) return;
    this.note(`${id} restarted`);
    this.cluster.start(id);
  }

  private healEverything(): void {
    const { cluster } = this;
    cluster.network.healAll();
    cluster.network.fate = () => [1];
    for (const id of cluster.ids) {
      cluster.resume(id);
      this.restart(id);
    }
    this.note('all is healed');
  }

  /** Reads and writes under one leader after the other: what only one node's state shows must show too. */
  private finalRounds(): boolean {
    let live = true;
    for (let round = 0; round < this.cluster.ids.length; round++) {
      live &&= this.finalRound();
      const leader = this.leader();
      this.cluster.pause(leader);
      this.advance(700);
      this.finalRound();
      this.cluster.resume(leader);
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
    const end = this.cluster.now + 4000;
    while (open > 0 && this.cluster.now < end) this.advance(50);
    return good && open === 0;
  }

  private advance(duration: number): void {
    const { events } = this.cluster;
    const end = events.now + duration;
    while (events.step(end)) this.invariants.check();
    events.run(end - events.now);
  }

  private later(delay: number, happen: () => void): void {
    this.cluster.events.after(delay, happen);
  }

  private note(line: string): void {
    this.log.push(`${this.cluster.now.toFixed(1)} ${line}`);
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

/** Clocks that jump back and forth, and stay where they are for a while, within `error` ms. */
function wandering(seed: string, error: number): (node: NodeId, time: number) => number {
  const clocks = new Map<NodeId, { readonly draw: Draw; until: number; ahead: number }>();
  return (node, time) => {
    let clock = clocks.get(node);
    if (clock === undefined) {
      clock = { draw: drawsFrom(`${seed}/clock of ${node}`), until: 0, ahead: 0 };
      clocks.set(node, clock);
    }
    while (clock.until <= time) {
      clock.until += 10 + clock.draw() * 200;
      clock.ahead = clock.draw() * error;
    }
    return time + clock.ahead;
  };
}
