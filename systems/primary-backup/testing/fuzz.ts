/** A random run of primary/backup (`systems/testing/fuzz.ts`): what goes wrong with it, and what is drawn for it. */
import type { NodeId, OptionValues } from '../../contract.ts';
import { Cluster } from '../../testing/cluster.ts';
import { Fuzz, type FuzzResult } from '../../testing/fuzz.ts';
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
const ARBITER = 'n1';

export function fuzz(options: FuzzOptions): FuzzResult {
  return new PrimaryBackupFuzz(options).run();
}

class PrimaryBackupFuzz extends Fuzz {
  protected readonly activeRole = 'primary';

  constructor(options: FuzzOptions) {
    super(
      {
        seed: options.seed,
        clients: options.clients ?? 5,
        mix: options.mix ?? MIX,
        troubles: { ...EVERYTHING, ...options.troubles },
        firstTrouble: 500,
        pace: 350,
        thinking: 40,
        down: 500,
        recovery: 2000,
      },
      (draws, hooks) =>
        new Cluster({
          system,
          nodes: options.nodes ?? draws.one([3, 4, 4, 5]),
          seed: Math.floor(draws.next() * 2 ** 32),
          bugs: options.bugs ?? [],
          options: {
            failureTimeout: draws.one([100, 200, 300]),
            heartbeat: draws.one([10, 25]),
            lagBound: draws.one([2, 20, 2000]),
            snapshotEvery: draws.one([10, 25, 10_000]),
            transferChunk: draws.one([64, 65_536]),
            maxBatch: draws.one([1, 4, 1024]),
            maxPending: draws.one([3, 10_000, 10_000]),
            maxSessions: draws.one([4, 10_000, 10_000]),
            attemptTimeout: draws.one([60, 200]),
            ...options.options,
          },
          settings: {
            fsync: { min: 0.3, max: 0.3 + draws.one([1, 1, 10]) },
            latency: { min: 0.5, max: draws.one([2.5, 2.5, 15]) },
            loss: draws.one([0, 0.01, 0.05]),
            duplicate: draws.one([0, 0.02]),
            reorder: draws.one([0, 0.02, 0.2]),
          },
          ...hooks,
        }),
      (cluster) => new Promises(cluster),
    );
    if (options.arbiterSync !== undefined)
      this.cluster.at(ARBITER).disk.trouble = { kind: 'slow', delay: options.arbiterSync };
  }

  protected trouble(name: string, primary: NodeId): boolean {
    switch (name) {
      case 'partPair':
        this.cluster.part([primary], [this.inRole('backup')]);
        return true;
      case 'isolatePrimary':
        this.cutOff([primary]);
        return true;
      case 'crashPrimary':
        this.crash(primary);
        return true;
      case 'crashArbiter':
        this.crash(ARBITER);
        return true;
      default:
        return false;
    }
  }

  /** What only one replica's state shows must show too. */
  protected finalRounds(): boolean {
    let live = this.finalRound();
    for (let round = 0; round < 2; round++) {
      const primary = this.inRole('primary');
      this.pause(primary);
      this.advance(1000);
      this.finalRound();
      this.resume(primary);
      this.advance(500);
      live = this.finalRound() && live;
    }
    return live;
  }
}
