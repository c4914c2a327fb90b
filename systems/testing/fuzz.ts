/**
 * One random run in simulation: clients, and everything that can go wrong at once, from one seed. Here is
 * what such runs of systems with clients of keys have in common; what goes wrong, and which promises are
 * watched besides, each system says.
 *
 * What was found is returned, not thrown, since with a seeded bug something must be found.
 */
import { drawsOf } from '../../harness/hosts/sim/draws.ts';
import { CLIENTS, type Link } from '../../nemesis/host.ts';
import type { Client, Completion, Invocation, NodeId } from '../contract.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { isLinearizable, type Observed } from './linearizable.ts';

export interface FuzzResult {
  /** Of what nodes promise each other. */
  readonly violations: readonly string[];
  /** Keys whose history is not linearizable. */
  readonly broken: readonly string[];
  /** After everything was healed, writes and reads succeeded in time. */
  readonly live: boolean;
  readonly halted: readonly string[];
  readonly marks: { readonly [mark: string]: number };
  readonly history: readonly Observed[];
  readonly log: readonly string[];
  readonly completed: number;
}

/** What is watched over a whole cluster from outside. */
export interface Watched {
  readonly violations: readonly string[];
  /** After every event. */
  check(): void;
  /** Once, at the end. */
  compare?(): void;
}

/** What a run is made of, beside its cluster. */
export interface Rules {
  readonly seed: string;
  readonly clients: number;
  /** Operations, each with a weight. */
  readonly mix: { readonly [f: string]: number };
  /** What may go wrong, each with a weight. */
  readonly troubles: object;
  /** Before the first trouble, ms; between one and the next from a tenth of `pace` to all of it. */
  readonly firstTrouble: number;
  readonly pace: number;
  /** Between an answer and the client's next operation at most, ms. */
  readonly thinking: number;
  /** Between a crash and the restart, 20 ms and at most so much more. */
  readonly down: number;
  /** From the end of all trouble until it must serve, ms. */
  readonly recovery: number;
}

/** Of the time under trouble, ms. */
const DURATION = 3000;
const KEYS = ['x', 'y'];

/** Draws from one stream, in the order in which they are asked for. */
export class Draws {
  readonly next: () => number;

  constructor(seed: string) {
    const draw = drawsOf(0, seed, undefined);
    this.next = () => draw('fuzz');
  }

  one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!;
  }

  weighted(weights: object): string {
    const entries = Object.entries(weights) as [string, number][];
    let at = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
    return entries[0]![0];
  }
}

export abstract class Fuzz {
  protected readonly draws: Draws;
  protected readonly cluster: Cluster;
  protected readonly rules: Rules;
  /** No more trouble, and no more operations but the last ones. */
  protected stopped = false;
  readonly #watched: Watched;
  readonly #history: (Observed & { completion: Completion | undefined; completed: number })[] = [];
  readonly #log: string[] = [];
  /** The one order of all invocations and completions. */
  #moment = 0;
  #values = 0;

  constructor(
    rules: Rules,
    make: (draws: Draws, hooks: Pick<ClusterOptions, 'onLog' | 'onMark'>) => Cluster,
    watch: (cluster: Cluster) => Watched,
  ) {
    this.rules = rules;
    this.draws = new Draws(rules.seed);
    this.cluster = make(this.draws, {
      onLog: (node, event, data) => this.note(`${node} ${event} ${JSON.stringify(data)}`),
      onMark: (node, mark) => this.onMark(node, mark),
    });
    this.#watched = watch(this.cluster);
  }

  run(): FuzzResult {
    const { cluster, rules } = this;
    cluster.start();
    this.onStarted();
    for (let worker = 0; worker < rules.clients; worker++) this.#work(cluster.client());
    this.later(rules.firstTrouble, () => this.#makeTrouble());
    this.advance(DURATION);
    this.stopped = true;
    this.healEverything();
    this.advance(rules.recovery);
    const live = this.finalRounds();
    this.#watched.compare?.();
    const broken = KEYS.filter(
      (key) => !isLinearizable(this.#history.filter(({ invocation }) => invocation.key === key)),
    );
    return {
      violations: this.#watched.violations,
      broken,
      live,
      halted: cluster.nodes.flatMap((id) => cluster.halted(id) ?? []),
      marks: cluster.marks,
      history: this.#history,
      log: this.#log,
      completed: this.#history.filter(({ completion }) => completion?.type === 'ok').length,
    };
  }

  /** Makes what is wrong from now on; false for what every system has, which is then done here. */
  protected abstract trouble(name: string, active: NodeId): boolean;
  /** The role of the node that matters most. */
  protected abstract readonly activeRole: string;
  /** Reads and writes under one active node after the other; whether all succeeded that must. */
  protected abstract finalRounds(): boolean;

  protected onStarted(): void {}
  protected onMark(_node: NodeId, _mark: string): void {}

  #work(client: Client): void {
    if (this.stopped) return;
    this.#invoke(client, this.#invocation(), 150 + this.draws.next() * 600, (completion) => {
      // After an `info` the client is closed, and its worker goes on with a new one.
      const next = completion.type === 'info' ? this.cluster.client() : client;
      this.later(this.draws.next() * this.rules.thinking, () => this.#work(next));
    });
  }

  #invoke(
    client: Client,
    invocation: Invocation,
    timeout: number,
    then: (completion: Completion) => void,
  ): void {
    const observed = {
      invocation,
      invoked: this.#moment++,
      completion: undefined as Completion | undefined,
      completed: Infinity,
    };
    this.#history.push(observed);
    client.invoke(invocation, timeout, (completion) => {
      if (observed.completion !== undefined) throw new Error('a client called done twice');
      observed.completion = completion;
      observed.completed = this.#moment++;
      this.note(`client ${JSON.stringify(invocation)} ${JSON.stringify(completion)}`);
      then(completion);
    });
  }

  #invocation(): Invocation {
    const f = this.draws.weighted(this.rules.mix);
    const key = this.draws.one(KEYS);
    const fresh = `${++this.#values},`;
    switch (f) {
      case 'put':
      case 'append':
        return { f, key, value: fresh };
      case 'cas':
        return { f, key, value: [this.#guess(key), fresh] };
      // On a key of its own: what it writes no client knows before.
      case 'draw':
        return { f, key: 'drawn' };
      default:
        return { f, key };
    }
  }

  /** Of a cas, what it takes the value for. */
  #guess(key: string): string {
    const written = this.#history.filter(
      ({ invocation }) => invocation.f === 'put' && invocation.key === key,
    );
    const guesses = written.slice(-2).map(({ invocation }) => String(invocation.value));
    return guesses.length > 0 ? this.draws.one(guesses) : 'none';
  }

  #makeTrouble(): void {
    const { cluster, draws, rules } = this;
    if (cluster.queue.now >= DURATION) return;
    const name = draws.weighted(rules.troubles);
    this.note(`trouble: ${name}`);
    const active = this.inRole(this.activeRole);
    if (!this.trouble(name, active)) this.#commonTrouble(name, active);
    this.later((0.1 + draws.next() * 0.9) * rules.pace, () => this.#makeTrouble());
  }

  #commonTrouble(name: string, active: NodeId): void {
    const { cluster, draws } = this;
    switch (name) {
      case 'split':
        this.cutOff(cluster.nodes.filter(() => draws.next() < 0.5));
        break;
      case 'cutLinks':
        this.#cutSome(0.3, ({ from, to }) => from !== CLIENTS && to !== CLIENTS);
        break;
      case 'cutClients':
        // Often only the answers are lost, which is what makes clients repeat what was done.
        this.#cutSome(0.6, ({ to }) => to === CLIENTS);
        break;
      case 'crashOne':
        this.crash(draws.one(cluster.nodes));
        break;
      case 'crashAll':
        for (const id of cluster.nodes) this.crash(id);
        break;
      case 'pause': {
        const paused = draws.next() < 0.6 ? active : draws.one(cluster.nodes);
        this.pause(paused);
        this.later(50 + draws.next() * 600, () => this.resume(paused));
        break;
      }
      case 'heal':
        cluster.healAll();
        break;
      default:
        throw new Error(`nobody knows how to make the trouble ${name}`);
    }
  }

  /** Of several, the one of the latest term or epoch; one at random where there is none. */
  protected inRole(role: string): NodeId {
    const term = (id: NodeId): number => {
      const status = this.cluster.at(id).node?.status();
      return status?.role === role ? status.term : -1;
    };
    return this.cluster.nodes.reduce(
      (latest, id) => (term(id) > term(latest) ? id : latest),
      this.draws.one(this.cluster.nodes),
    );
  }

  protected cutOff(some: readonly NodeId[]): void {
    const others = this.cluster.nodes.filter((id) => !some.includes(id));
    this.cluster.part(some, others);
  }

  /** Lost for good, or held by every link until it is healed: then what arrives is long out of date. */
  #cutSome(share: number, among: (link: Link) => boolean): void {
    const mode = this.draws.one(['discard', 'stall'] as const);
    const { network } = this.cluster;
    network.cut(
      network.links.filter((link) => among(link) && this.draws.next() < share),
      mode,
    );
  }

  protected pause(id: NodeId): void {
    if (this.cluster.state(id) === 'up') this.cluster.at(id).pause();
  }

  protected resume(id: NodeId): void {
    if (this.cluster.state(id) === 'paused') this.cluster.at(id).resume();
  }

  protected crash(id: NodeId, downFor = 20 + this.draws.next() * this.rules.down): void {
    const { cluster } = this;
    if (cluster.at(id).node === undefined) return;
    cluster.crashNow(id, (pending, nextAppend) => ({
      operations: Math.floor(this.draws.next() * (pending + 1)),
      torn: Math.floor(this.draws.next() * nextAppend),
    }));
    this.note(`${id} crashed`);
    this.later(downFor, () => this.#restart(id));
  }

  #restart(id: NodeId): void {
    if (this.cluster.state(id) !== 'down') return;
    this.note(`${id} restarted`);
    this.cluster.at(id).start();
  }

  protected healEverything(): void {
    const { cluster } = this;
    cluster.healAll();
    cluster.calm();
    for (const id of cluster.nodes) {
      this.resume(id);
      this.#restart(id);
    }
    this.note('all is healed');
  }

  /** A read and a write of each key; whether all succeeded. */
  protected finalRound(): boolean {
    let open = KEYS.length;
    let good = true;
    for (const key of KEYS) {
      const client = this.cluster.client();
      this.#invoke(client, { f: 'get', key }, 2000, (read) => {
        this.#invoke(client, { f: 'append', key, value: `${++this.#values},` }, 2000, (appended) => {
          good &&= read.type === 'ok' && appended.type === 'ok';
          open--;
        });
      });
    }
    const end = this.cluster.queue.now + 4000;
    while (open > 0 && this.cluster.queue.now < end) this.advance(50);
    return good && open === 0;
  }

  protected advance(duration: number): void {
    const { queue } = this.cluster;
    const end = queue.now + duration;
    while (queue.step(end)) this.#watched.check();
    queue.run(end - queue.now);
  }

  protected later(delay: number, happen: () => void): void {
    this.cluster.queue.after(delay, 'fuzz', happen);
  }

  protected note(line: string): void {
    this.#log.push(`${this.cluster.queue.now.toFixed(1)} ${line}`);
  }
}
