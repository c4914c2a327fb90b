/** A plan that fails in simulation, the run that shows it, and how much there is of it to read. */
import type { Plan } from '../plan/index.ts';
import type { Simulated } from '../runner/simulate.ts';

export interface Failing {
  readonly plan: Plan;
  readonly run: Simulated;
}

/** Runs a plan; gives it back, with its run, where it still fails, perhaps under another draw of the network. */
export type Attempt = (candidate: Plan) => Promise<Failing | undefined>;

/** One way to make a failing plan smaller. */
export interface Pass {
  /** What it removes, for the report: `fewer faults`. */
  readonly name: string;
  /** The smallest it gets `from` to by attempts of its own; `from` itself where none failed. */
  shrink(from: Failing, attempt: Attempt): Promise<Failing>;
}

export interface Size {
  readonly nodes: number;
  readonly clients: number;
  readonly keys: number;
  /** Faults that come about. */
  readonly faults: number;
  /** Operations of clients; those that a plan lists, without the final reads, or else all that were drawn. */
  readonly ops: number;
  /** How long clients are driven, ms of virtual time. */
  readonly time: number;
}

export function sizeOf({ plan, run }: Failing): Size {
  const { clients, keys, operations } = plan.workload;
  return {
    nodes: plan.system.nodes,
    clients,
    keys,
    faults: plan.schedule?.length ?? run.schedule.length,
    ops: operations?.length ?? run.ops,
    time: plan.time,
  };
}
