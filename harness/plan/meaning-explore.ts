/**
 * What an exploration may vary, against the system, the workload and the simulated host; and the marks
 * that a plan names. Reads the plan as written, and passes over what the first pass has refused.
 */
import type { Catalogue, SystemEntry, WorkloadEntry } from './catalogue.ts';
import { lookup, oneOf, own, quoted, unknownWord, wrongValue, type Mistake, type Path } from './mistake.ts';
import { parseDuration, parseRate } from './units.ts';

/** Checks one value of a system's option. */
type CheckOption = (path: Path, value: unknown, spec: SystemEntry['options'][string]) => Mistake[];

export function checkExplore(
  data: unknown,
  system: SystemEntry | undefined,
  workload: WorkloadEntry | undefined,
  catalogue: Catalogue,
  checkOption: CheckOption,
): Mistake[] {
  const explore = own(data, 'explore');
  return [
    ...checkRanges(explore),
    ...(system ? checkNodes(own(explore, 'nodes'), system) : []),
    ...(system ? checkOptions(own(explore, 'options'), system, checkOption) : []),
    ...(workload ? checkOps(own(explore, 'ops'), workload) : []),
    ...checkFaults(own(explore, 'faults'), catalogue),
    ...(system ? checkFinds(own(explore, 'finds'), system) : []),
    ...(system ? checkMarks(['explore', 'triggers'], own(explore, 'triggers'), system) : []),
    ...(system ? checkMarks(['require', 'marks'], own(own(data, 'require'), 'marks'), system) : []),
  ];
}

/** A value as written that a choice holds, and where. */
interface Held {
  readonly path: Path;
  readonly value: unknown;
}

function heldBy(path: Path, choice: unknown): readonly Held[] {
  if (choice === undefined || choice === null) return [];
  if (Array.isArray(choice))
    return choice.map((value: unknown, index) => ({ path: [...path, index], value }));
  if (typeof choice !== 'object') return [{ path, value: choice }];
  return ['min', 'max'].flatMap((end) => {
    const value = own(choice, end);
    return value === undefined ? [] : [{ path: [...path, end], value }];
  });
}

/** Fields of `explore` that are mappings of choices. */
const MAPPINGS = ['options', 'ops', 'sim'];

/** Every range the right way round, and with an end. */
function checkRanges(explore: unknown): Mistake[] {
  return entriesOf(explore).flatMap(([field, choice]) =>
    MAPPINGS.includes(field)
      ? entriesOf(choice).flatMap(([name, inner]) => checkRange(['explore', field, name], inner))
      : checkRange(['explore', field], choice),
  );
}

function checkRange(path: Path, choice: unknown): Mistake[] {
  const [min, max] = [magnitude(own(choice, 'min')), magnitude(own(choice, 'max'))];
  if (min === Infinity || max === Infinity) {
    const hint = 'a list may have it: [500/s, max]';
    return [{ path, at: 'value', message: 'a range ends at a number; `max` is none', hint }];
  }
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ path, at: 'value', message: 'min is more than max', hint: 'swap them' }];
}

function magnitude(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  for (const parsed of [parseDuration(value), parseRate(value)]) if ('value' in parsed) return parsed.value;
  return undefined;
}

function checkNodes(choice: unknown, { nodes: { min, max } }: SystemEntry): Mistake[] {
  return heldBy(['explore', 'nodes'], choice).flatMap(({ path, value }) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && (value < min || value > max)
      ? [wrongValue(path, value, `${min} to ${max} nodes for this system`)]
      : [],
  );
}

function checkOptions(choices: unknown, { options }: SystemEntry, checkOption: CheckOption): Mistake[] {
  return entriesOf(choices).flatMap(([option, choice]) => {
    const path = ['explore', 'options', option];
    const spec = lookup(options, option);
    if (spec === undefined)
      return [{ ...unknownWord(path, 'option', option, Object.keys(options)), at: 'name' as const }];
    if (spec.kind === 'flag' && own(choice, 'min') !== undefined)
      return [wrongValue(path, choice, 'true, false, or [true, false]')];
    if (spec.kind === 'choice' && own(choice, 'min') !== undefined)
      return [wrongValue(path, choice, `${oneOf(spec.values)}, or a list of them`)];
    if (spec.kind === 'text' && own(choice, 'min') !== undefined)
      return [wrongValue(path, choice, 'a text, or a list of them')];
    return heldBy(path, choice).flatMap((held) => checkOption(held.path, held.value, spec));
  });
}

function checkOps(choices: unknown, { functions }: WorkloadEntry): Mistake[] {
  const known = Object.keys(functions);
  const named = entriesOf(choices);
  const unknown = named.flatMap(([f]) =>
    known.includes(f)
      ? []
      : [{ ...unknownWord(['explore', 'ops', f], 'function', f, known), at: 'name' as const }],
  );
  const never = ([f, choice]: [string, unknown]): boolean =>
    known.includes(f) && heldBy([], choice).every(({ value }) => value === 0);
  if (unknown.length > 0 || named.length === 0 || !named.every(never)) return unknown;
  const message = 'no function ever has a weight above 0';
  return [{ path: ['explore', 'ops'], at: 'value', message, expected: `a weight for ${oneOf(known)}` }];
}

/** Explorations run on the simulated host, whatever the plan's own is. */
function checkFaults(named: unknown, { hosts: { sim } }: Catalogue): Mistake[] {
  if (!Array.isArray(named) || !sim.available) return [];
  return named.flatMap((fault: unknown, index) => {
    if (typeof fault !== 'string' || sim.faults.some((known) => known === fault)) return [];
    const message = `host ${quoted('sim')} cannot do fault ${quoted(fault)}`;
    return [{ path: ['explore', 'faults', index], at: 'value', message, expected: oneOf(sim.faults) }];
  });
}

function checkFinds(finds: unknown, { bugs }: SystemEntry): Mistake[] {
  if (!Array.isArray(finds)) return [];
  return finds.flatMap((bug: unknown, index) =>
    typeof bug !== 'string' || bug === '' || lookup(bugs, bug) !== undefined
      ? []
      : [unknownWord(['explore', 'finds', index], 'bug', bug, Object.keys(bugs))],
  );
}

/** Marks against those that the system declares; of one that declares none, any may be there. */
function checkMarks(path: Path, marks: unknown, system: SystemEntry): Mistake[] {
  const known = Object.keys(system.marks ?? {});
  if (!Array.isArray(marks) || known.length === 0) return [];
  return marks.flatMap((mark: unknown, index) =>
    typeof mark !== 'string' || mark === '' || known.includes(mark)
      ? []
      : [unknownWord([...path, index], 'mark', mark, known)],
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
