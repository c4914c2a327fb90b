/** What the host's thread asks of the fabric's thread, and what comes back. */
import type { CutMode, Endpoint, Link, LinkCounters, Shape } from '../../../nemesis/host.ts';
import type { NodeId } from '../../../systems/contract.ts';
import type { Address } from './control.ts';

export interface FabricOptions {
  readonly nodes: readonly NodeId[];
  /** Jitter is drawn from a stream of this. */
  readonly seed: number;
}

export type FabricCommand =
  | { readonly kind: 'cut'; readonly links: readonly Link[]; readonly mode: CutMode }
  | { readonly kind: 'heal'; readonly links: readonly Link[] }
  | { readonly kind: 'shape'; readonly links: readonly Link[]; readonly shape: Shape | null }
  | { readonly kind: 'counters'; readonly links: readonly Link[] }
  /** Where a node listens now; null while it is down. */
  | { readonly kind: 'address'; readonly node: NodeId; readonly address: Address | null };

export interface FabricRequest {
  readonly id: number;
  readonly command: FabricCommand;
}

/** A link's near end: where `from` dials to reach `to`. */
export interface Entrance {
  readonly from: Endpoint;
  readonly to: NodeId;
  readonly address: Address;
}

export type FabricMessage =
  | { readonly kind: 'ready'; readonly entrances: readonly Entrance[] }
  | { readonly kind: 'done'; readonly id: number; readonly counters: readonly LinkCounters[] }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string };
