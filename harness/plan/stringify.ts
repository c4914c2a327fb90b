/** A plan as resolved, in YAML that parses to the same plan: what a run's folder keeps of it. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isCollection, isMap, isSeq, visit } from 'yaml';
import { z } from 'zod';
import { QUIET } from '../hosts/sim/settings.ts';
import { writtenSystem } from '../hosts/system.ts';
import { exploredAsWritten } from './exploration.ts';
import { entryToFields } from './fault-fields.ts';
import type { Plan } from './plan.ts';
import { writtenFault } from './schedule-fields.ts';
import { planSchema, type WellFormed } from './schema.ts';
import { formatDuration } from './units.ts';

/** Fields whose value stands on one line, however deep it is. */
const ON_ONE_LINE = ['bugs', 'ops', 'checks', 'require', 'seeds', 'latency', 'fsync'];

/** `folder`: where it is going to be, so that it can name a system's module from there. */
export function stringifyPlan(plan: Plan, folder?: string): string {
  const { durations, ...given } = plan.system;
  const name = folder === undefined ? given.name : writtenSystem(given.name, folder);
  const system = { ...given, name };
  const options = Object.fromEntries(
    Object.entries(system.options).map(([name, value]) => [
      name,
      typeof value === 'number' && durations.includes(name) ? formatDuration(value) : value,
    ]),
  );
  const { ops, rate, operations, ...workload } = plan.workload;
  // In the order in which people write them.
  const written: WellFormed = {
    name: plan.name,
    system: { ...system, bugs: [...system.bugs], options },
    host: plan.host,
    sim: plan.sim,
    workload: {
      ...workload,
      ...(operations ? { operations: [...operations] } : { rate, ops: { ...ops } }),
    },
    nemesis: plan.nemesis.map(entryToFields),
    ...(plan.schedule !== undefined && { schedule: plan.schedule.map(writtenFault) }),
    time: plan.time,
    seed: plan.seed,
    seeds: { ...plan.seeds },
    checks: [...plan.checks],
    require: {
      okOps: plan.require.okOps,
      ...(plan.require.faults && { faults: plan.require.faults }),
      ...(plan.require.marks && { marks: [...plan.require.marks] }),
    },
    expect: plan.expect,
    ...(plan.onUnknown && { onUnknown: plan.onUnknown }),
    onViolation: plan.onViolation,
    ...(plan.explore && { explore: exploredAsWritten(plan.explore, durations) }),
  };
  const doc = new Document(z.encode(planSchema, written), { aliasDuplicateObjects: false });
  // What says nothing is left out.
  if (Object.keys(plan.seeds).length === 0) doc.delete('seeds');
  if (plan.host !== 'sim' && isDeepStrictEqual(plan.sim, QUIET)) doc.delete('sim');
  if (plan.schedule !== undefined) doc.delete('nemesis');
  visit(doc, {
    Pair: (_, { key, value }) => {
      if (!isCollection(value)) return;
      if (ON_ONE_LINE.includes(String(key))) value.flow = true;
      // What is drawn from: each field on a line of its own.
      if (String(key) === 'explore' && isMap(value))
        for (const field of value.items) if (isCollection(field.value)) field.value.flow = true;
    },
    Map: (_, map, above) => {
      if (isSeq(above.at(-1))) map.flow = true;
    },
  });
  return doc.toString({ lineWidth: 0 });
}
