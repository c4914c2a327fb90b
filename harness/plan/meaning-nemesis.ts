/** Faults against the host and the system; and their fields against each other, but for times. */
import { MODES, NAMED_TARGETS, type NamedTarget } from '../../nemesis/entry.ts';
import type { Catalogue, HostEntry, SystemEntry } from './catalogue.ts';
import { checkParameters } from './meaning-faults.ts';
import { checkTiming } from './meaning-timing.ts';
import { lookup, oneOf, own, quoted, unknownWord, type Mistake, type Path } from './mistake.ts';
import { NODE_ID, ROLE } from './fields.ts';
import { DEFAULTS } from './schema.ts';
import { meantFault } from './shape.ts';

/** With fewer nodes there is nobody to hit. */
export const NODES_FOR_TARGET: { readonly [target: string]: number } = { minority: 3, followers: 2 };

export interface Setting {
  readonly catalogue: Catalogue;
  /** Undefined where the plan names no system that exists. */
  readonly nodes: number | undefined;
  readonly host: string;
  /** Roles of the system; undefined as `nodes`. */
  readonly roles: readonly string[] | undefined;
}

export function checkNemesis(
  data: unknown,
  system: SystemEntry | undefined,
  catalogue: Catalogue,
): Mistake[] {
  const entries = own(data, 'nemesis');
  if (!Array.isArray(entries)) return [];
  const setting = settingOf(data, system, catalogue);
  return entries.flatMap((entry: unknown, index) => {
    const fault = meantFault(entry);
    const path = ['nemesis', index];
    if (typeof entry !== 'object' || entry === null || fault === undefined) return [];
    return [
      ...checkHostCan(path, fault, entry, setting),
      ...(fault === 'partition' ? checkShape(path, entry, setting) : []),
      ...checkParameters(path, fault, entry, setting.nodes),
      ...checkTarget(path, entry, setting),
      ...checkTiming(path, fault, entry, own(data, 'time')),
    ];
  });
}

export function settingOf(data: unknown, system: SystemEntry | undefined, catalogue: Catalogue): Setting {
  const nodes = own(own(data, 'system'), 'nodes') ?? system?.nodes.default;
  return {
    catalogue,
    nodes: typeof nodes === 'number' && nodes >= 1 ? nodes : undefined,
    host: String(own(data, 'host') ?? DEFAULTS.host),
    roles: system?.roles,
  };
}

type Able = Extract<HostEntry, { available: true }>;

export function checkHostCan(
  path: Path,
  fault: string,
  entry: object,
  { host, catalogue }: Setting,
): Mistake[] {
  const mode = own(entry, 'mode');
  return [
    ...checkWith('fault', fault, ({ faults }) => faults),
    ...(MODES.some((known) => known === mode) ? checkWith('mode', String(mode), ({ modes }) => modes) : []),
  ];

  function checkWith(field: string, word: string, offered: (host: Able) => readonly string[]): Mistake[] {
    const here = lookup(catalogue.hosts, host);
    // A host that is not there at all is a mistake of its own.
    if (!here?.available || offered(here).includes(word)) return [];
    const able = Object.entries(catalogue.hosts).flatMap(([name, other]) =>
      other.available && offered(other).includes(word) ? [name] : [],
    );
    return [
      {
        path: [...path, field],
        at: 'value',
        message: `host ${quoted(host)} cannot do ${field} ${quoted(word)}`,
        expected: oneOf(offered(here)),
        hint: able.length > 0 ? `hosts that can: ${able.join(', ')}` : 'no host here can',
      },
    ];
  }
}

function checkShape(path: Path, entry: object, { nodes, catalogue }: Setting): Mistake[] {
  const name = own(entry, 'shape');
  const shape = lookup(catalogue.shapes, name);
  if (shape === undefined) return [];
  const mistakes: Mistake[] = [];
  const wrong = (field: string, at: Mistake['at'], message: string, expected: string): void => {
    mistakes.push({ path: [...path, field], at, message, expected });
  };
  const fitting = (fits: (other: (typeof catalogue.shapes)['one']) => boolean): string =>
    oneOf(Object.entries(catalogue.shapes).flatMap(([other, spec]) => (fits(spec) ? [other] : [])));

  if (nodes !== undefined && nodes < shape.minNodes) {
    const message = `shape ${quoted(String(name))} needs at least ${shape.minNodes} nodes; this system has ${nodes}`;
    wrong(
      'shape',
      'value',
      message,
      fitting(({ minNodes }) => minNodes <= nodes),
    );
  }
  const direction = own(entry, 'direction');
  if (!shape.sided && (direction === 'in' || direction === 'out')) {
    wrong(
      'direction',
      'value',
      `shape ${quoted(String(name))} isolates no side, so it has no direction`,
      'both',
    );
  }
  if (!shape.targeted && own(entry, 'target') !== undefined) {
    const shapes = fitting(({ targeted }) => targeted);
    wrong(
      'target',
      'name',
      `shape ${quoted(String(name))} takes no target`,
      `target only with shape ${shapes}`,
    );
  }
  return mistakes;
}

function checkTarget(path: Path, entry: object, { nodes, roles }: Setting): Mistake[] {
  const target = own(entry, 'target');
  if (typeof target !== 'string') return [];
  const wrong = (message: string, rest: { expected?: string; hint?: string }): Mistake[] => [
    { path: [...path, 'target'], at: 'value', message, ...rest },
  ];
  if (target === 'trigger' && own(entry, 'on') === undefined) {
    return wrong('target `trigger` is the node that reached a mark, and this fault waits for none', {
      hint: 'name the mark with `on`, or choose another target',
    });
  }
  const isNamed = NAMED_TARGETS.includes(target as NamedTarget) || NODE_ID.test(target);
  if (!isNamed && ROLE.test(target)) {
    // A role may be a named target too: `leader`.
    const known = [...new Set([...NAMED_TARGETS, ...(roles ?? []), 'n1'])];
    if (roles === undefined || roles.includes(target)) return [];
    return [unknownWord([...path, 'target'], 'target', target, known)];
  }
  if (nodes === undefined) return [];
  const needs = lookup(NODES_FOR_TARGET, target) ?? 1;
  if (nodes < needs)
    return wrong(`target ${quoted(target)} of ${nodes} node${nodes === 1 ? '' : 's'} is nobody`, {});
  if (NODE_ID.test(target) && Number(target.slice(1)) > nodes) {
    const expected = nodes === 1 ? 'n1' : `n1 to n${nodes}`;
    return wrong(`no node ${quoted(target)}`, {
      expected: `${expected}, or one of ${NAMED_TARGETS.join(', ')}`,
    });
  }
  return [];
}
