/**
 * What is different between two runs: verdicts, plans field by field, conditions, faults, how many operations
 * and how fast, and the first op at which the histories part, which of two simulations with the same seed says
 * where to look.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { StatsDetails } from '../../../checkers/stats.ts';
import { firstDivergence } from '../../runner/divergence.ts';
import type { RunVerdict } from '../../store/verdict.ts';
import type { Run } from './run.ts';
import type { Row } from './rows.ts';
import type { Window } from './windows.ts';

/** Of one run and of the other; undefined where it has none. */
export interface Pair<T> {
  readonly one: T | undefined;
  readonly other: T | undefined;
}

export interface Difference extends Pair<string> {
  readonly name: string;
}

export type Parting =
  | { readonly kind: 'identical' }
  /** From op `index` on; `before`: the last lines of both, oldest first. */
  | ({ readonly kind: 'parts'; readonly index: number; readonly before: readonly string[] } & Pair<string>)
  | { readonly kind: 'unknown'; readonly problem: string };

export interface Comparison {
  readonly runs: { readonly one: string; readonly other: string };
  readonly verdicts: Pair<RunVerdict>;
  /** Fields with different values, `workload.rate`; undefined where a plan can't be read. */
  readonly plan: readonly Difference[] | undefined;
  readonly environment: readonly Difference[];
  readonly faults: readonly Pair<Window>[];
  /** Operations and latencies (ms), each whether it is different or not. */
  readonly measures: readonly {
    readonly name: string;
    readonly one: number | undefined;
    readonly other: number | undefined;
  }[];
  readonly histories: Parting;
}

/** Goes through both histories; gives way to whatever else is to be done. */
export async function compareRuns(one: Run, other: Run): Promise<Comparison> {
  await Promise.all([one.history.load(() => undefined), other.history.load(() => undefined)]);
  const plans = [planOf(one), planOf(other)] as const;
  return {
    runs: { one: one.name, other: other.name },
    verdicts: { one: one.verdict, other: other.verdict },
    plan: plans[0] && plans[1] && differences(plans[0], plans[1]),
    environment: differences(
      new Map(Object.entries(one.verdict?.environment ?? {})),
      new Map(Object.entries(other.verdict?.environment ?? {})),
    ),
    faults: paired(one.windows, other.windows),
    measures: measuresOf(one, other),
    histories: await partingOf(one, other),
  };
}

/** Whether two windows are of the same fault at the same time. */
export function isSameFault({ one, other }: Pair<Window>): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    (['name', 'lane', 'about', 'from', 'until', 'wasOn'] as const).every((name) => one[name] === other[name])
  );
}

function paired<T>(one: readonly T[], other: readonly T[]): readonly Pair<T>[] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) => ({
    one: one[at],
    other: other[at],
  }));
}

function differences(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): readonly Difference[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, one: one.get(name), other: other.get(name) }))
    .filter((difference) => difference.one !== difference.other);
}

/** Values by their path. Plans are as they were resolved: each field is there, whoever left it out. */
function planOf({ folder }: Run): ReadonlyMap<string, string> | undefined {
  if (folder === undefined) return undefined;
  try {
    const fields = new Map<string, string>();
    flatten(parse(readFileSync(folder.plan, 'utf8')), '', fields);
    return fields;
  } catch {
    return undefined;
  }
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) {
    if (path !== '') into.set(path, typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    return;
  }
  for (const [name, item] of entries) flatten(item, path === '' ? name : `${path}.${name}`, into);
}

function measuresOf(one: Run, other: Run): Comparison['measures'] {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  return [...new Set([...a.keys(), ...b.keys()])].map((name) => ({
    name,
    one: a.get(name),
    other: b.get(name),
  }));
}

function numbersOf({ history, verdict }: Run): ReadonlyMap<string, number> {
  const { counts } = history;
  const numbers = new Map<string, number>([
    ['operations', counts.invoke],
    ['ok', counts.ok],
    ['fail', counts.fail],
    ['info', counts.info],
    ['seconds', history.lastTime / 1e9],
  ]);
  // The checker documents its details so; one that crashed has others.
  const stats = verdict?.checks.find(({ checker }) => checker === 'stats')?.details as unknown as
    StatsDetails | null | undefined;
  for (const [f, { ok, latency }] of Object.entries(stats?.functions ?? {})) {
    numbers.set(`${f} ok`, ok);
    if (latency === null) continue;
    numbers.set(`${f} p50 ms`, latency.p50);
    numbers.set(`${f} p99 ms`, latency.p99);
  }
  return numbers;
}

async function partingOf(one: Run, other: Run): Promise<Parting> {
  const problem = one.history.problem ?? other.history.problem;
  if (problem !== undefined) return { kind: 'unknown', problem };
  if (one.history.isPlainText && other.history.isPlainText) {
    const found = await firstDivergence(one.history.file, other.history.file);
    return found === undefined
      ? { kind: 'identical' }
      : { kind: 'parts', index: found.line - 1, one: found.first, other: found.second, before: found.before };
  }
  return partingOfRows(one, other);
}

/** Of histories in different formats, op by op. */
async function partingOfRows(one: Run, other: Run): Promise<Parting> {
  let found: Parting | undefined;
  const before: string[] = [];
  await one.history.scan((row, at) => {
    const [first, second] = [textOf(row), textOf(other.history.rows(at, 1)[0])];
    if (first !== second) {
      found = { kind: 'parts', index: at, one: first, other: second, before };
      return 'stop';
    }
    if (first !== undefined) before.push(first);
    if (before.length > 5) before.shift();
    return undefined;
  });
  if (found !== undefined) return found;
  const { length } = one.history;
  return other.history.length > length
    ? {
        kind: 'parts',
        index: length,
        one: undefined,
        other: textOf(other.history.rows(length, 1)[0]),
        before,
      }
    : { kind: 'identical' };
}

function textOf(row: Row | undefined): string | undefined {
  return row === undefined ? undefined : row.kind === 'op' ? JSON.stringify(row.op) : row.text;
}
