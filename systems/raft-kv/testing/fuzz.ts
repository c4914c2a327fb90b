/** A random run of Raft (`systems/testing/fuzz.ts`): what goes wrong with it, and what is drawn for it. */
import type { NodeId, OptionValues } from '../../contract.ts';
import { Cluster } from '../../testing/cluster.ts';
import { Draws, Fuzz, type FuzzResult } from '../../testing/fuzz.ts';
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

export function fuzz(options: FuzzOptions): FuzzResult {
  return new RaftFuzz(options).run();
}

class RaftFuzz extends Fuzz {
  protected readonly activeRole = 'leader';
  readonly #options: FuzzOptions;
  #voterToCrash = false;

  constructor(options: FuzzOptions) {
    super(
      {
        seed: options.seed,
        clients: options.clients ?? 4,
        mix: options.mix ?? MIX,
        troubles: { ...EVERYTHING, ...options.troubles },
        firstTrouble: 400,
        pace: options.pace ?? 300,
        thinking: 60,
        down: 300,
        recovery: 1500,
      },
      (draws, hooks) =>
        new Cluster({
          system,
          nodes: options.nodes ?? draws.one([3, 3, 5]),
          seed: Math.floor(draws.next() * 2 ** 32),
          bugs: options.bugs ?? [],
          options: {
            electionTimeout: draws.one([100, 150, 300]),
            heartbeat: 30,
            preVote: draws.next() < 0.7,
            checkQuorum: draws.next() < 0.7,
            snapshotEvery: draws.one([10, 25, 10_000]),
            snapshotChunk: draws.one([64, 65_536]),
            maxBatch: draws.one([1, 4, 1024]),
            maxInFlight: draws.one([1, 4, 32]),
            maxPending: draws.one([3, 10_000, 10_000]),
            maxSessions: draws.one([4, 10_000, 10_000]),
            attemptTimeout: draws.one([60, 200]),
            ...options.options,
          },
          settings: {
            fsync: { min: 0.3, max: 0.3 + draws.one([1, 1, 10]) },
            latency: { min: 0.5, max: draws.one([2.5, 2.5, 25]) },
            loss: draws.one([0, 0.01, 0.05]),
            duplicate: draws.one([0, 0.02]),
            reorder: draws.one([0, 0.02, 0.3]),
          },
          ...hooks,
        }),
      (cluster) => new Invariants(cluster),
    );
    this.#options = options;
    // Latencies are mostly near their least, but requests for votes cross only where all take long.
    const { network } = this.cluster;
    network.shape(network.links, { delay: 0, jitter: this.draws.one([0, 2, 20]) });
  }

  protected override onStarted(): void {
    const { clockError } = this.#options;
    if (clockError !== undefined) for (const id of this.cluster.nodes) this.#wander(id, clockError);
  }

  /** The node's clock jumps back and forth, and stays where it is for a while, within `error` ms. */
  #wander(id: NodeId, error: number): void {
    const draws = new Draws(`${this.#options.seed}/clock of ${id}`);
    const jump = (): void => {
      this.cluster.at(id).skew = { offset: draws.next() * error, rate: 1 };
      this.later(10 + draws.next() * 200, jump);
    };
    jump();
  }

  protected trouble(name: string, leader: NodeId): boolean {
    switch (name) {
      case 'isolateLeader':
        this.cutOff([leader]);
        return true;
      case 'crashLeader':
        this.crash(leader);
        return true;
      case 'crashVoter':
        this.#voterToCrash = true;
        return true;
      default:
        return false;
    }
  }

  protected override onMark(node: NodeId, mark: string): void {
    const { hunt } = this.#options;
    if (mark === 'voted' && this.#voterToCrash) {
      this.#voterToCrash = false;
      this.later(0, () => this.crash(node, 1));
    } else if (mark === 'leader' && hunt !== undefined && !this.stopped) {
      this.later(this.draws.next() * hunt, () => {
        if (this.stopped) return;
        this.cluster.healAll();
        this.cutOff([node]);
      });
    }
  }

  protected override healEverything(): void {
    this.cluster.network.shape(this.cluster.network.links, null);
    super.healEverything();
  }

  /** What only one node's state shows must show too. */
  protected finalRounds(): boolean {
    let live = true;
    for (let round = 0; round < this.cluster.nodes.length; round++) {
      live &&= this.finalRound();
      const leader = this.inRole('leader');
      this.pause(leader);
      this.advance(700);
      this.finalRound();
      this.resume(leader);
    }
    live &&= this.finalRound();
    this.advance(500);
    return live;
  }
}
