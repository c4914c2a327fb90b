/**
 * What the nemesis needs of a host. Narrow on purpose: every host (child processes, simulation,
 * namespaces) offers the same, so a fault is written once. What not every host can do is optional.
 *
 * Promises settle when the change has taken effect, and reject when it could not be made.
 */
import type { NodeId, NodeStatus } from '../systems/contract.ts';

/** An end of a link: a node, or `CLIENTS` for all clients of the harness together. */
export type Endpoint = NodeId;
export const CLIENTS: Endpoint = 'clients';

/** A directed link. */
export interface Link {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/**
 * How a link is broken.
 *  - `stall`: bytes are held and delivered on heal, as TCP's retransmission would; new connections hang.
 *  - `reset`: connections over it are reset, new ones refused by reset.
 *  - `discard`: whole messages vanish; only where the framing is known.
 */
export type CutMode = 'stall' | 'reset' | 'discard';

/** What shapes a link that is not cut. Messages on one link stay in order, but for `reorder`. */
export interface Shape {
  /** Added to every message, ms. */
  readonly delay: number;
  /** Uniform in [0, jitter) on top, ms. */
  readonly jitter: number;
  /**
   * Probabilities in [0, 1], none unless told, and only on hosts that carry whole messages: that one is
   * lost, arrives twice (never a client's request, which arrives once at most), or is held back so that
   * later ones overtake it.
   */
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
}

/** What a node's clock shows from now on: the true time plus `offset`, and `rate` ms for each true one. */
export interface Skew {
  /** ms; negative: the clock is behind. */
  readonly offset: number;
  /** 1 is true; 1.01 gains 10 ms a second. */
  readonly rate: number;
}

/**
 * What is wrong with a node's disk.
 *  - `slow`: every sync and replace takes `delay` ms longer.
 *  - `fail`: every sync and replace fails (EIO) and makes nothing durable.
 *  - `full`: every sync of an append and every replace fails (ENOSPC); what is there can be read.
 */
export type DiskTrouble =
  { readonly kind: 'slow'; readonly delay: number } | { readonly kind: 'fail' } | { readonly kind: 'full' };

/** Counters of a node's disk since the start of the run; they only grow, over restarts too. */
export interface DiskCounters {
  /** Syncs and replaces that were asked for; of these, slowed and failed by `DiskTrouble`. */
  readonly syncs: number;
  readonly slowed: number;
  readonly failed: number;
}

/** Counters of one directed link since the start of the run; they only grow. */
export interface LinkCounters {
  /** Bytes that were delivered at the far end. */
  readonly delivered: number;
  /** Bytes that came in at the near end. */
  readonly offered: number;
  /** Messages that `loss`, `duplicate` or `reorder` hit; none on hosts that can't. */
  readonly mangled?: number;
}

export interface NemesisHost {
  readonly nodes: readonly NodeId[];
  /** Breaks these links in the way given, in one step; other links stay as they are. */
  cut(links: readonly Link[], mode: CutMode): Promise<void>;
  /** Undoes `cut` for these links; of one that is not cut, nothing. */
  heal(links: readonly Link[]): Promise<void>;
  /** Shapes these links; `null` ends it. */
  shape(links: readonly Link[], shape: Shape | null): Promise<void>;
  counters(links: readonly Link[]): Promise<readonly LinkCounters[]>;
  /** Stops a node's process; resolves when every thread of it has stopped. */
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
  /** Kills a node without notice; resolves when it is gone. Unsynced writes are lost. */
  crash(node: NodeId): Promise<void>;
  /** Starts a node that is down or has halted, on what its disk holds; resolves when it takes connections. */
  restart(node: NodeId): Promise<void>;
  /** What the operating system says of a node now. */
  state(node: NodeId): NodeState;
  /** What a node says of itself; undefined when it does not answer in `timeout` ms (500 unless told). */
  status(node: NodeId, timeout?: number): Promise<NodeStatus | undefined>;
  /** Resolves with the node that next reaches `mark`, from now on; undefined when `signal` fires first. */
  reached(mark: string, signal: AbortSignal): Promise<NodeId | undefined>;
  /** Sets a node's clock; `null`: the true time again, at once. Holds over restarts. Timers are not affected. */
  skew?(node: NodeId, skew: Skew | null): Promise<void>;
  /** How far a node's clock is ahead of the true time, ms; undefined when it does not answer. */
  clockError?(node: NodeId): Promise<number | undefined>;
  /**
   * Puts a node's disk in trouble; `null` ends it, and resolves when the node was told of every failure
   * before that: a node that halts because of one has halted by then. Holds over restarts.
   */
  trouble?(node: NodeId, trouble: DiskTrouble | null): Promise<void>;
  diskCounters?(node: NodeId): Promise<DiskCounters>;
  /**
   * Flips one bit of what a node has durably on disk: in the file and at the place that `where`, in
   * [0, 1), comes to over all its files in the order of their names. The node sees it when it next reads
   * the file; it must be down or have halted. Resolves with the place, undefined when there is nothing on the disk.
   */
  flip?(node: NodeId, where: number): Promise<{ readonly file: string; readonly offset: number } | undefined>;
}

/** `halted`: it ended itself by `env.halt`; `exited`: it ended in any other way nobody asked for. */
export type NodeState = 'up' | 'paused' | 'down' | 'halted' | 'exited';
