/** From a plan without mistakes to one that leaves nothing open: every default in its place. */
import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import type { NemesisEntry } from '../../nemesis/entry.ts';
import type { OptionSpec, OptionValues } from '../../systems/contract.ts';
import type { Catalogue, SystemEntry, WorkloadEntry } from './catalogue.ts';
import { exploredFrom } from './exploration.ts';
import { fieldsToEntry } from './fault-fields.ts';
import type { PlanOperation } from './operation-fields.ts';
import { optionValue } from './option-value.ts';
import type { Plan, PlanWorkload } from './plan.ts';
import { faultOf } from './schedule-fields.ts';
import { DEFAULTS, entrySchema, isPlanName, type WellFormed } from './schema.ts';

/** Seeds that we draw fit 31 bits: short enough to type again. */
const SEEDS = 2 ** 31;

export function fillIn(wellFormed: WellFormed, file: string, { systems, workloads }: Catalogue): Plan {
  const { schedule, ...plan } = wellFormed;
  const known = systems[plan.system.name];
  const system = known ?? asWritten(plan.system);
  const workload = workloads[plan.workload.name]!;
  const { explore, ...rest } = plan;
  return {
    ...rest,
    name: plan.name ?? nameOf(file),
    system: {
      name: plan.system.name,
      nodes: plan.system.nodes ?? system.nodes.default,
      bugs: plan.system.bugs,
      options: optionsOf(system, plan.system.options),
      durations: Object.keys(system.options).filter((name) => system.options[name]!.kind === 'duration'),
    },
    workload: workloadOf(plan.workload, workload),
    nemesis: plan.nemesis.map(fieldsToEntry),
    checks: plan.checks ?? workload.checks,
    ...(schedule !== undefined && { schedule: schedule.map(faultOf) }),
    seed: plan.seed ?? randomInt(SEEDS),
    // Of a system that is not known nothing can be explored.
    ...(explore && known && { explore: exploredFrom(explore, known.options) }),
  };
}

/** Of a plan that is only read: what it says of its system, in its own words. */
function asWritten({ nodes = 1, options }: WellFormed['system']): Pick<SystemEntry, 'nodes' | 'options'> {
  const specs = Object.entries(options).map(([name, value]): [string, OptionSpec] => {
    const about = '';
    if (typeof value === 'boolean') return [name, { about, kind: 'flag', default: value }];
    if (typeof value === 'string') return [name, { about, kind: 'text', default: value }];
    return [name, { about, kind: 'count', default: value, min: value, max: value }];
  });
  return { nodes: { default: nodes, min: nodes, max: nodes }, options: Object.fromEntries(specs) };
}

function workloadOf(given: WellFormed['workload'], { functions, defaultKeys }: WorkloadEntry): PlanWorkload {
  const { operations } = given;
  return {
    ...given,
    clients: given.clients ?? (operations ? clientsOf(operations) : DEFAULTS.clients),
    rate: given.rate ?? DEFAULTS.rate,
    keys: given.keys ?? (operations ? keysOf(operations) : defaultKeys),
    ops: given.ops ?? functions,
  };
}

/** As many as operations name. */
function clientsOf(operations: readonly PlanOperation[]): number {
  return operations.reduce((most, { client }) => Math.max(most, client + 1), 1);
}

function keysOf(operations: readonly PlanOperation[]): number {
  return operations.reduce((most, { key = 'k1' }) => Math.max(most, Number(key.slice(1))), 1);
}

/** Every option of a system at its default: for whoever runs one without a plan. */
export function defaultOptions(system: Pick<SystemEntry, 'options'>): OptionValues {
  return optionsOf(system, {});
}

function optionsOf(
  { options }: Pick<SystemEntry, 'options'>,
  given: WellFormed['system']['options'],
): OptionValues {
  return Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [
      name,
      Object.hasOwn(given, name) ? optionValue(given[name]!, spec) : spec.default,
    ]),
  );
}

/** An entry made by us in the fields of a plan. Throws for what a plan could not have. */
export function nemesisEntry(fields: unknown): NemesisEntry {
  return fieldsToEntry(entrySchema.parse(fields));
}

/** The file's name without its ending, and with `-` for what can't be in a folder's name. */
function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
  return isPlanName(name) ? name : 'plan';
}
