/**
 * A cluster under a test's hand: the simulated host, on which nothing goes wrong and everything takes 1 ms
 * unless told, made of a system and of what differs from its defaults. Messages between nodes can be
 * watched, held, and let go one at a time. Deterministic in its seed and in what is done to it.
 */
import { drawsOf } from '../../harness/hosts/sim/draws.ts';
import { SimHost, type SimOptions } from '../../harness/hosts/sim/index.ts';
import type { LinkState, Parcel } from '../../harness/hosts/sim/network.ts';
import { QUIET, type SimSettings } from '../../harness/hosts/sim/settings.ts';
import { CLIENTS } from '../../nemesis/host.ts';
import type { Client, Message, NodeId, OptionValues, System, SystemConfig } from '../contract.ts';

export interface ClusterOptions extends Pick<SimOptions, 'onLog' | 'onMark' | 'handTimers'> {
  readonly system: System;
  readonly nodes: number;
  readonly seed: number;
  readonly bugs?: readonly string[];
  readonly options?: OptionValues;
  readonly settings?: Partial<SimSettings>;
}

/** A message between two nodes, at the far end of its link. */
export interface Arriving {
  readonly link: LinkState;
  readonly parcel: Parcel;
}

export class Cluster extends SimHost {
  /** Messages between nodes wait in `held` until they are let in. */
  holding = false;
  readonly held: Arriving[] = [];
  /** Told of each message between nodes as it arrives, or as a cut link loses it. */
  onArriving: ((arriving: Arriving) => void) | undefined;
  readonly #system: System;
  readonly #config: SystemConfig;
  readonly #seed: () => number;
  readonly #halted = new Map<NodeId, string>();

  constructor({ system, nodes, seed, bugs = [], options, settings, ...simOptions }: ClusterOptions) {
    const seeds = seedsFrom(seed);
    const defaults = Object.entries(system.options).map(([name, spec]) => [name, spec.default] as const);
    const config = { bugs, options: { ...Object.fromEntries(defaults), ...options } };
    super({
      ...simOptions,
      system,
      config,
      nodes: Array.from({ length: nodes }, (_, at) => `n${at + 1}`),
      settings: { ...QUIET, latency: { min: 1, max: 1 }, fsync: { min: 1, max: 1 }, ...settings },
      seeds: { network: seeds(), disks: seeds(), nodes: seeds() },
      onEvent: ({ node, state, reason }) => {
        // A node that throws is a fault of its code, whatever the test is about.
        if (state === 'exited') throw new Error(`${node} threw ${reason}`);
        this.#halted.set(node, reason);
      },
    });
    this.#system = system;
    this.#config = config;
    this.#seed = seeds;
    this.network.gate = (link, parcel) => {
      const isBetweenNodes = link.from !== CLIENTS && link.to !== CLIENTS;
      if (!isBetweenNodes) this.network.admit(link, parcel);
      else if (this.holding) this.held.push({ link, parcel });
      else this.letIn({ link, parcel });
    };
  }

  letIn(arriving: Arriving): void {
    this.onArriving?.(arriving);
    this.network.admit(arriving.link, arriving.parcel);
  }

  /** Why the node ended itself, if it did. */
  halted(id: NodeId): string | undefined {
    return this.state(id) === 'halted' ? this.#halted.get(id) : undefined;
  }

  /** Loses whatever these send to those, and those to these. */
  part(these: readonly NodeId[], those: readonly NodeId[]): void {
    for (const from of these) {
      for (const to of those) {
        if (from === to) continue;
        const links = [
          { from, to },
          { from: to, to: from },
        ];
        this.network.cut(links, 'discard');
      }
    }
  }

  healAll(): void {
    this.network.heal(this.network.links);
  }

  /** One request to one node; `done` gets the reply, or `undefined` when there will be none. */
  request(id: NodeId, body: Message, timeout: number, done: (reply: Message | undefined) => void): void {
    this.clientEnv(this.#seed()).request(id, body, timeout, (answer) =>
      done(answer.kind === 'reply' ? answer.body : undefined),
    );
  }

  client(): Client {
    return this.#system.createClient(this.clientEnv(this.#seed()), this.#config);
  }
}

/** Seeds from a seed, one after another. */
function seedsFrom(seed: number): () => number {
  const draw = drawsOf(seed, 'cluster', undefined);
  return () => Math.floor(draw('seed') * 2 ** 32);
}
