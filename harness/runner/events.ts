/** What a run tells of itself while it goes on; printers and dashboards are views of these. */
import type { BrokenLink } from '../../nemesis/index.ts';
import type { NodeId } from '../../systems/contract.ts';
import type { Explanation } from '../explain/index.ts';
import type { Op } from '../history/op.ts';
import type { HostEvent } from '../hosts/host.ts';
import type { Plan } from '../plan/index.ts';
import type { RunVerdict } from '../store/verdict.ts';
import type { NodeLook, NodeOnHost } from './statuses.ts';
import type { SeenViolation, WatchProgress } from './watch-protocol.ts';

export type RunEvent =
  | {
      readonly kind: 'started';
      readonly plan: Plan;
      readonly nodes: readonly NodeId[];
      readonly folder: string;
    }
  /** Every node takes connections; `ms` since the start of the command's work. */
  | { readonly kind: 'up'; readonly ms: number }
  | { readonly kind: 'first-op'; readonly ms: number }
  /** A second of load is over; `ms` since the start. */
  | { readonly kind: 'second'; readonly second: Second; readonly ms: number }
  /** A line of the nemesis: the invocation or completion of a fault's start or stop. */
  | { readonly kind: 'fault'; readonly op: Op }
  | { readonly kind: 'host'; readonly event: HostEvent; readonly ms: number }
  /** No order of the operations so far explains an answer. `stops`: the run ends for it. */
  | {
      readonly kind: 'violation';
      readonly violation: SeenViolation;
      readonly stops: boolean;
      readonly ms: number;
    }
  /** Nobody looks for violations any more until the run is over. */
  | { readonly kind: 'watch-lost'; readonly reason: string; readonly ms: number }
  /** These five only where somebody looks on (`RunOptions.live`). */
  | { readonly kind: 'look'; readonly look: NodeLook; readonly ms: number }
  /** What the host knows of its nodes after a step of the nemesis. */
  | { readonly kind: 'states'; readonly states: readonly NodeOnHost[]; readonly ms: number }
  /** All links that are cut or shaped now. */
  | { readonly kind: 'links'; readonly links: readonly BrokenLink[]; readonly ms: number }
  /** How far the watch has come; `recorded`: how many ops there are by now. */
  | {
      readonly kind: 'watched';
      readonly progress: WatchProgress;
      readonly recorded: number;
      readonly ms: number;
    }
  /** Why the violation is one, by the history so far. */
  | { readonly kind: 'explained'; readonly explanation: Explanation; readonly ms: number }
  /** The workload was paused, or goes on. */
  | { readonly kind: 'workload'; readonly paused: boolean; readonly ms: number }
  /** The run ends before its time, in order. */
  | { readonly kind: 'ending'; readonly ms: number }
  | { readonly kind: 'final-reads'; readonly ms: number }
  | { readonly kind: 'judging'; readonly ops: number }
  | { readonly kind: 'judged'; readonly verdict: RunVerdict; readonly folder: string };

/** What was completed in one second of the run. */
export interface Second {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Latency of the completions, ms; undefined when there were none. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}
