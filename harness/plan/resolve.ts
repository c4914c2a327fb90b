/** From a plan's text to the plan, or to everything that is wrong with it. */
import { dirname } from 'node:path';
import type { Document } from 'yaml';
import { absoluteSystem } from '../hosts/system.ts';
import type { Catalogue } from './catalogue.ts';
import { fillIn } from './fill-in.ts';
import { checkMeaning } from './meaning.ts';
import { own, type Mistake, type Path } from './mistake.ts';
import { applyOverrides, type Overrides, type Setting } from './overrides.ts';
import type { Plan } from './plan.ts';
import type { PlanProblem } from './problem.ts';
import { checkShape } from './shape.ts';
import { locate, parseYaml, position, toData, type SyntaxMistake } from './source.ts';

const MAX_PROBLEMS = 500;

export type Resolved = { readonly plan: Plan } | { readonly problems: readonly PlanProblem[] };

/** `file` names the text, in problems and where the plan has no name of its own. */
export function resolvePlan(
  text: string,
  file: string,
  overrides: Overrides,
  catalogue: Catalogue,
): Resolved {
  const inText = ({ start, end, ...words }: SyntaxMistake): PlanProblem => ({
    file,
    path: '',
    ...position(text, { start, end }),
    ...words,
  });
  const { doc, mistakes: syntax } = parseYaml(text);
  if (doc === undefined) return { problems: bounded(syntax, inText) };
  if (doc.contents === null) {
    return {
      problems: [inText({ start: 0, end: 0, message: 'there is no plan in this file: it is empty' })],
    };
  }
  const { settings, mistakes: misfits } = applyOverrides(doc, overrides);
  const content = toData(doc);
  if ('mistakes' in content) return { problems: bounded([...syntax, ...content.mistakes], inText) };

  const data = withAbsoluteSystem(emptyAsNone(content.data), dirname(file));
  const shape = checkShape(data);
  const mistakes = firstOfEach([...shape.mistakes, ...checkMeaning(data, catalogue)]);
  const problems = [
    ...bounded(syntax, inText),
    ...misfits.map(({ path, ...words }) => ({ ...noPlace(file, path), ...words })),
    ...bounded(mistakes, (mistake) => inPlan(mistake, text, file, doc, settings)),
  ];
  if (problems.length > 0 || shape.plan === undefined) return { problems: inOrder(problems) };
  return { plan: fillIn(shape.plan, file, catalogue) };
}

function inPlan(
  mistake: Mistake,
  text: string,
  file: string,
  doc: Document,
  settings: readonly Setting[],
): PlanProblem {
  const { path, at, ...words } = mistake;
  const place = locate(doc, path, at);
  if (place !== undefined) return { file, path: path.join('.'), ...position(text, place), ...words };
  const option = settings.findLast(
    (setting) => startsWith(setting.path, path) || startsWith(path, setting.path),
  )?.option;
  return { ...noPlace(file, path), ...words, ...(option !== undefined && { option }) };
}

/** Beyond a limit the file is no plan, and looking up the places would take longer than anyone waits. */
function bounded<T>(mistakes: readonly T[], toProblem: (mistake: T) => PlanProblem): readonly PlanProblem[] {
  const problems = mistakes.slice(0, MAX_PROBLEMS).map(toProblem);
  const next = mistakes[MAX_PROBLEMS];
  if (next === undefined) return problems;
  const { file, line, column } = toProblem(next);
  const message = `${mistakes.length - MAX_PROBLEMS} more mistakes are not listed`;
  return [...problems, { file, line, column, path: '', message }];
}

function noPlace(file: string, path: Path) {
  return { file, line: undefined, column: undefined, path: path.join('.') };
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => String(step) === String(path[index]));
}

/** One mistake a field: what comes later at the same place is mostly of the same cause. */
function firstOfEach(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>();
  return mistakes.filter(({ path }) => {
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
}

/** As they stand in the file; those of options last. */
function inOrder(problems: readonly PlanProblem[]): PlanProblem[] {
  const at = ({ line, column }: PlanProblem): number =>
    line === undefined ? Infinity : line * 1e6 + (column ?? 0);
  return [...problems].sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

/** A list whose items are all commented out is no mistake: `nemesis:` with nothing below it is `nemesis: []`. */
function emptyAsNone(data: unknown): unknown {
  const without = (value: unknown, ...fields: string[]): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).filter(([key, inner]) => inner !== null || !fields.includes(key)),
    );
  };
  const plan = without(data, 'nemesis', 'schedule');
  const system = own(plan, 'system');
  return system === undefined ? plan : { ...(plan as object), system: without(system, 'bugs', 'options') };
}

/** Wherever the plan goes from here, its system is the same. */
function withAbsoluteSystem(data: unknown, folder: string): unknown {
  const system = own(data, 'system');
  const name = own(system, 'name');
  if (typeof name !== 'string') return data;
  return { ...(data as object), system: { ...(system as object), name: absoluteSystem(name, folder) } };
}
