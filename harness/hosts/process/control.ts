/** What the host and a node's process tell each other over their IPC channel. */
import type { DiskCounters, DiskTrouble, Skew } from '../../../nemesis/host.ts';
import type { NodeId, NodeStatus, OptionValues } from '../../../systems/contract.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a node's process is started with: one JSON argument. */
export interface NodeConfig {
  readonly id: NodeId;
  readonly nodes: readonly NodeId[];
  /** A name in `systems/index.ts`, or the absolute path of a module that exports `system`. */
  readonly system: string;
  readonly bugs: readonly string[];
  readonly options: OptionValues;
  readonly seed: number;
  /** How many times this node was started before; its random streams differ each time. */
  readonly incarnation: number;
  /** `<directory>/<id>` of the host's options. */
  readonly directory: string;
  /** The loopback address to listen at. */
  readonly host: string;
}

/** Somebody waits for a mark; one notification, then the watch is over. */
export interface Watch {
  readonly id: number;
  readonly mark: string;
}

/** What is wrong with a node's clock and disk; null where nothing is. */
export interface Ailments {
  /** `since`: when (`machine-clock.ts`) the clock was off by `offset`. */
  readonly skew: (Skew & { readonly since: number }) | null;
  readonly trouble: DiskTrouble | null;
}

export type ToNode =
  | {
      readonly kind: 'start';
      readonly peers: { readonly [id: NodeId]: Address };
      readonly watches: readonly Watch[];
      readonly ailments: Ailments;
    }
  | { readonly kind: 'ailments'; readonly id: number; readonly ailments: Ailments }
  | { readonly kind: 'status'; readonly id: number }
  | { readonly kind: 'watch'; readonly watch: Watch }
  | { readonly kind: 'unwatch'; readonly watch: Watch };

export type FromNode =
  | { readonly kind: 'listening'; readonly address: Address }
  | { readonly kind: 'started' }
  | {
      readonly kind: 'status';
      readonly id: number;
      readonly status: NodeStatus;
      /** How often each mark was reached since this process started. */
      readonly marks: { readonly [mark: string]: number };
      /** How far the node's clock is ahead of the machine's, ms. */
      readonly clockError: number;
      readonly disk: DiskCounters;
    }
  /** The ailments are what they were asked to be, and every failure before that was told to the node. */
  | { readonly kind: 'ailing'; readonly id: number }
  /** As soon as the disk has slowed or failed something: a node may not live to be asked. */
  | { readonly kind: 'disk'; readonly disk: DiskCounters }
  | { readonly kind: 'reached'; readonly watches: readonly number[] }
  | { readonly kind: 'halted'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Exit codes of a node's process. */
export const EXIT = { abandoned: 0, failed: 1, halted: 3 } as const;
