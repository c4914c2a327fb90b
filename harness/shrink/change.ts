/**
 * What can be taken out of a plan, and the rest renamed so that it is a plan again. Nothing here asks
 * whether it still fails.
 */
import type { Effect } from '../../nemesis/fault.ts';
import type { Link } from '../../nemesis/host.ts';
import { nanoseconds, scheduledFault, type Plan, type PlanOperation } from '../plan/index.ts';

export type Fault = NonNullable<Plan['schedule']>[number];

export function withOperations(plan: Plan, operations: readonly PlanOperation[]): Plan {
  return { ...plan, workload: { ...plan.workload, operations } };
}

export function withSchedule(plan: Plan, schedule: readonly Fault[]): Plan {
  return { ...plan, schedule };
}

/** Clients and keys that no operation names are left out, but for so many; the others move up. */
export function renumbered(plan: Plan, least: { clients?: number; keys?: number } = {}): Plan {
  const { operations } = plan.workload;
  if (operations === undefined) return plan;
  const clients = [...new Set(operations.map(({ client }) => client))].sort((a, b) => a - b);
  const keys = [...new Set(operations.flatMap(({ key }) => (key === undefined ? [] : [key])))].sort(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  );
  return {
    ...plan,
    workload: {
      ...plan.workload,
      clients: Math.max(1, least.clients ?? 0, clients.length),
      keys: Math.max(1, least.keys ?? 0, keys.length),
      operations: operations.map((operation) => ({
        ...operation,
        client: clients.indexOf(operation.client),
        ...(operation.key !== undefined && { key: `k${keys.indexOf(operation.key) + 1}` }),
      })),
    },
  };
}

/** Without these nodes; those behind them move up. What faults did to them alone is gone as well. */
export function withoutNodes(plan: Plan, gone: readonly string[]): Plan {
  const all = Array.from({ length: plan.system.nodes }, (_, i) => `n${i + 1}`);
  const kept = all.filter((node) => !gone.includes(node));
  const nameOf = (end: string): string | undefined =>
    all.includes(end) ? (kept.includes(end) ? `n${kept.indexOf(end) + 1}` : undefined) : end;
  return {
    ...plan,
    system: { ...plan.system, nodes: kept.length },
    nemesis: plan.nemesis.flatMap((entry) => {
      if (!('target' in entry) || typeof entry.target !== 'object' || 'role' in entry.target) return [entry];
      const node = nameOf(entry.target.node);
      return node === undefined ? [] : [{ ...entry, target: { node } }];
    }),
    ...(plan.schedule && {
      schedule: plan.schedule.flatMap((fault) => renamed(fault, nameOf)),
    }),
  };
}

function renamed(fault: Fault, nameOf: (end: string) => string | undefined): Fault[] {
  const { effect } = fault;
  if ('links' in effect) {
    const links = effect.links.flatMap(({ from, to }): Link[] => {
      const [newFrom, newTo] = [nameOf(from), nameOf(to)];
      return newFrom === undefined || newTo === undefined ? [] : [{ from: newFrom, to: newTo }];
    });
    return links.length === 0 ? [] : [withEffect(fault, { ...effect, links })];
  }
  const nodes = effect.nodes.flatMap((node) => nameOf(node) ?? []);
  if (nodes.length === 0) return [];
  if (effect.fault !== 'clock') return [withEffect(fault, { ...effect, nodes })];
  const skews = Object.entries(effect.skews).map(([node, skew]) => [nameOf(node) ?? '', skew] as const);
  return [withEffect(fault, { ...effect, nodes, skews: Object.fromEntries(skews) })];
}

/** How a fault is told of follows from what it does. */
export function withEffect({ at, until }: Fault, effect: Effect): Fault {
  return scheduledFault({ at, until, effect });
}

/**
 * Everything from `from` on comes earlier, so that what was at `from` is at `to`; a fault that is on then becomes
 * shorter. Nothing comes before `to`: times have more digits than sums of them keep.
 */
export function earlier(plan: Plan, from: number, to: number): Plan {
  const by = from - to;
  return withTimes(plan, (time) => (time >= from ? Math.max(to, nanoseconds(time - by)) : time));
}

/** Every time of a plan, and its length, by a function that keeps their order. */
export function withTimes(plan: Plan, moved: (time: number) => number): Plan {
  const { operations } = plan.workload;
  return {
    ...plan,
    workload: {
      ...plan.workload,
      ...(operations && { operations: operations.map((op) => ({ ...op, at: moved(op.at) })) }),
    },
    ...(plan.schedule && {
      schedule: plan.schedule.map(({ at, until, effect }) =>
        scheduledFault({ at: moved(at), until: moved(until), effect }),
      ),
    }),
    time: moved(plan.time),
  };
}

/** The moments at which something is listed to happen, each once, in order. */
export function momentsOf({ workload, schedule }: Plan): readonly number[] {
  const times = [
    ...(workload.operations ?? []).map(({ at }) => at),
    ...(schedule ?? []).flatMap(({ at, until }) => [at, until]),
  ];
  return [...new Set(times)].sort((a, b) => a - b);
}

/** Nothing comes before the start or after the end, and nothing that lasts is over at once. */
export function fits({ time, schedule = [], workload }: Plan): boolean {
  return (
    (workload.operations ?? []).every(({ at }) => at >= 0 && at < time) &&
    schedule.every((fault) => lasts(fault, time))
  );
}

export function lasts({ at, until, effect }: Fault, time: number): boolean {
  return (
    at >= 0 &&
    at < time &&
    until <= time &&
    (until > at || effect.fault === 'crash' || effect.fault === 'flip')
  );
}
