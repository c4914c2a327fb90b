/**
 * From a run that was drawn to a plan that lists the same: every operation with its time and client, every
 * fault with its time, nodes and links. Nothing else changes, so in simulation it mostly fails just as well,
 * and from then on single operations and faults can be left out.
 */
import { isClientOp, type Op } from '../history/op.ts';
import { nanoseconds, scheduledFault, type Plan, type PlanOperation } from '../plan/index.ts';
import { lasts } from './change.ts';
import type { Failing } from './failing.ts';

export function isExplicit({ schedule, workload }: Plan): boolean {
  return schedule !== undefined && workload.operations !== undefined;
}

export function explicitPlan({ plan, run }: Failing): Plan {
  const { operations, clients } = plan.workload;
  return {
    ...plan,
    workload: { ...plan.workload, operations: operations ?? invocations(run.history, clients) },
    nemesis: [],
    schedule:
      plan.schedule ??
      run.schedule
        .map(({ at, until, effect }) =>
          scheduledFault({ at: after(at), until: Math.min(after(until), plan.time), effect }),
        )
        .filter((fault) => lasts(fault, plan.time)),
  };
}

/**
 * The next whole nanosecond. A fault that waited for a mark came after the event that reached it; rounded down
 * it would come before.
 */
function after(ms: number): number {
  return Math.ceil(ms * 1e6) / 1e6;
}

/** What the generator drew, with the clients that invoked it; the final reads are not among it. */
function invocations(history: readonly Op[], clients: number): readonly PlanOperation[] {
  const end = history.findIndex(({ process, f }) => process === 'runner' && f === 'final-reads');
  const drawn = history.slice(0, end < 0 ? undefined : end).filter(isClientOp);
  // The first operation is due when the load starts.
  const start = drawn[0]?.time ?? 0;
  const clientOf = new Map<Op['process'], number>();
  const free = new Map<number, number>();
  let next = clients;
  return drawn.flatMap(({ process, type, time, f, key, value }): PlanOperation[] => {
    // A client goes on under the next number when it does not know how its operation ended.
    const client = clientOf.get(process) ?? Number(process);
    if (type === 'info') clientOf.set(next++, client);
    if (type !== 'invoke') {
      free.set(client, time);
      return [];
    }
    // One that had waited for its client still does, so that it comes at that very moment and not about then.
    const waited = free.get(client) === time;
    return [
      {
        at: nanoseconds(Math.max(0, time - start - (waited ? 1 : 0)) / 1e6),
        client,
        f,
        ...(key !== undefined && { key }),
        ...(value !== undefined && { value }),
      },
    ];
  });
}
