/**
 * The second pass: names against the catalogue, and fields against each other. It reads the plan as
 * written, and passes over what the first pass has refused; so one mistake doesn't hide another.
 */
import { isSystemPath } from '../hosts/system.ts';
import type { Catalogue, SystemEntry, WorkloadEntry } from './catalogue.ts';
import { checkChecks } from './meaning-checks.ts';
import { checkExplore } from './meaning-explore.ts';
import { checkNemesis } from './meaning-nemesis.ts';
import { checkOperations } from './meaning-operations.ts';
import { checkSchedule } from './meaning-schedule.ts';
import { lookup, oneOf, own, quoted, unknownWord, wrongValue, type Mistake, type Path } from './mistake.ts';
import { nearest } from './nearest.ts';
import { DEFAULTS } from './schema.ts';
import { parseDuration } from './units.ts';
import type { OptionSpec } from '../../systems/contract.ts';

export function checkMeaning(data: unknown, catalogue: Catalogue): Mistake[] {
  const [system, workload] = [own(data, 'system'), own(data, 'workload')];
  const [systemName, workloadName] = [own(system, 'name'), own(workload, 'name')];
  const knownSystem = meant(catalogue.systems, systemName);
  const knownWorkload = meant(catalogue.workloads, workloadName);
  return [
    ...checkSystemName(systemName, catalogue),
    ...checkName(['workload', 'name'], 'workload', workloadName, catalogue.workloads),
    ...(knownSystem ? checkSystem(system, knownSystem) : []),
    ...(knownWorkload ? checkOps(own(workload, 'ops'), knownWorkload) : []),
    ...(knownSystem ? checkNeeds(workloadName, knownSystem, catalogue) : []),
    ...(knownWorkload ? checkChecks(own(data, 'checks'), workload, knownWorkload, knownSystem) : []),
    ...checkHost(own(data, 'host') ?? DEFAULTS.host, catalogue),
    ...checkNemesis(data, knownSystem, catalogue),
    ...checkExplore(data, knownSystem, knownWorkload, catalogue, checkOption),
    ...checkSchedule(data, knownSystem, catalogue),
    ...checkOperations(data, knownWorkload),
  ];
}

/** The entry of this name, or of the one that was probably meant: the rest is held against that. */
function meant<T>(table: { readonly [name: string]: T }, name: unknown): T | undefined {
  if (typeof name !== 'string') return undefined;
  return lookup(table, name) ?? lookup(table, nearest(name, Object.keys(table)));
}

function checkSystemName(name: unknown, { systems, unusable = {}, isToRead = false }: Catalogue): Mistake[] {
  const path = ['system', 'name'];
  if (typeof name !== 'string' || !isSystemPath(name)) {
    return checkName(path, 'system', name, systems).map((mistake) => ({
      hint: 'a system of your own is named by its path, such as ./my-system',
      ...mistake,
    }));
  }
  const message = lookup(unusable, name);
  if (message !== undefined) return [{ path, at: 'value', message }];
  if (isToRead || lookup(systems, name) !== undefined) return [];
  return [{ path, at: 'value', message: `the module ${quoted(name)} was not loaded` }];
}

function checkName(
  path: Path,
  what: string,
  name: unknown,
  table: { readonly [name: string]: unknown },
): Mistake[] {
  if (typeof name !== 'string' || lookup(table, name) !== undefined) return [];
  return [unknownWord(path, what, name, Object.keys(table))];
}

function checkSystem(data: unknown, system: SystemEntry): Mistake[] {
  const mistakes: Mistake[] = [];
  const nodes = own(data, 'nodes');
  const { min, max } = system.nodes;
  if (typeof nodes === 'number' && (nodes < min || nodes > max)) {
    mistakes.push(
      wrongValue(
        ['system', 'nodes'],
        nodes,
        min === max ? `${min} nodes, which this system has always` : `${min} to ${max} nodes for this system`,
      ),
    );
  }
  const bugs = own(data, 'bugs');
  if (Array.isArray(bugs)) mistakes.push(...checkBugs(bugs, system));
  const options = own(data, 'options');
  for (const [option, value] of entriesOf(options)) {
    const path = ['system', 'options', option];
    const spec = lookup(system.options, option);
    if (spec === undefined) mistakes.push(unknownName(path, 'option', option, Object.keys(system.options)));
    else mistakes.push(...checkOption(path, value, spec));
  }
  return mistakes;
}

function checkBugs(bugs: readonly unknown[], system: SystemEntry): Mistake[] {
  return bugs.flatMap((bug, index) => {
    const path = ['system', 'bugs', index];
    if (typeof bug !== 'string') return [];
    if (lookup(system.bugs, bug) === undefined)
      return [unknownWord(path, 'bug', bug, Object.keys(system.bugs))];
    if (bugs.indexOf(bug) === index) return [];
    return [{ path, at: 'value', message: `${quoted(bug)} is listed twice`, hint: 'keep one of them' }];
  });
}

function checkOption(path: Path, value: unknown, spec: OptionSpec): Mistake[] {
  switch (spec.kind) {
    case 'duration': {
      const parsed = parseDuration(value, spec);
      return 'value' in parsed ? [] : [wrongValue(path, value, parsed.expected, parsed.hint)];
    }
    case 'count': {
      if (Number.isInteger(value) && Number(value) >= spec.min && Number(value) <= spec.max) return [];
      return [wrongValue(path, value, `a whole number from ${spec.min} to ${spec.max}`)];
    }
    case 'flag':
      return typeof value === 'boolean' ? [] : [wrongValue(path, value, 'true or false')];
    case 'choice':
      if (typeof value === 'string') {
        return spec.values.includes(value) ? [] : [unknownWord(path, 'value', value, spec.values)];
      }
      return [wrongValue(path, value, oneOf(spec.values))];
    case 'text':
      return typeof value === 'string' ? [] : [wrongValue(path, value, 'a text')];
  }
}

function checkNeeds(name: unknown, { operations }: SystemEntry, { workloads }: Catalogue): Mistake[] {
  const offers = (f: string): boolean => operations.includes(f);
  const lacks = lookup(workloads, name)?.needs.filter((f) => !offers(f)) ?? [];
  if (lacks.length === 0) return [];
  const able = Object.entries(workloads).flatMap(([other, { needs }]) =>
    needs.every(offers) ? [other] : [],
  );
  return [
    {
      path: ['workload', 'name'],
      at: 'value',
      message: `workload ${quoted(String(name))} needs ${lacks.map(quoted).join(', ')}, which this system does not offer`,
      expected: able.length > 0 ? oneOf(able) : 'another system: no workload fits this one',
    },
  ];
}

function checkOps(ops: unknown, { functions }: WorkloadEntry): Mistake[] {
  const known = Object.keys(functions);
  const weights = entriesOf(ops);
  const mistakes = weights.flatMap(([f]) =>
    known.includes(f) ? [] : [unknownName(['workload', 'ops', f], 'function', f, known)],
  );
  const isMapping = typeof ops === 'object' && ops !== null && !Array.isArray(ops);
  if (isMapping && weights.every(([, weight]) => weight === 0)) {
    const message = 'no function has a weight above 0';
    mistakes.push({
      path: ['workload', 'ops'],
      at: 'value',
      message,
      expected: `a weight for ${oneOf(known)}`,
    });
  }
  return mistakes;
}

function checkHost(name: unknown, { hosts }: Catalogue): Mistake[] {
  const host = lookup(hosts, name);
  if (host === undefined || host.available) return [];
  const there = Object.entries(hosts).flatMap(([other, { available }]) => (available ? [other] : []));
  const message = `host ${quoted(String(name))} is not available: ${host.why}; hosts here: ${there.join(', ')}`;
  return [{ path: ['host'], at: 'value', message, expected: oneOf(there) }];
}

function unknownName(path: Path, what: string, name: string, known: readonly string[]): Mistake {
  return { ...unknownWord(path, what, name, known), at: 'name' };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
