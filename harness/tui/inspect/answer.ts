/** What the inspector knows, for pipes: the same data as on the screen, as JSON or as plain lines. */
import type { Counterexample } from '../../report/page/data.ts';
import type { RunVerdict } from '../../store/verdict.ts';
import type { Filter } from './filter.ts';
import type { Counts } from './history-source.ts';
import { Matcher } from './matcher.ts';
import { OpTable } from './op-lines.ts';
import type { Row } from './rows.ts';
import type { Run } from './run.ts';
import { findRuns, stateOf, type Headline } from './runs.ts';
import type { Window } from './windows.ts';
import { eachMatch } from './search.ts';
import type { Line } from '../spans.ts';

export interface RunAnswer {
  readonly folder: string | null;
  readonly history: string;
  readonly format: string;
  /** Rows of the history, and how operations of clients ended. */
  readonly ops: number;
  readonly counts: Counts;
  /** What is wrong with the history, or why there is no verdict. */
  readonly problem: string | null;
  readonly verdict: RunVerdict | null;
  /** Indices of ops that nothing explains. */
  readonly violations: readonly number[];
  /** With the orders of their operations, step by step. */
  readonly counterexamples: readonly Counterexample[];
  readonly faults: readonly Window[];
  readonly reproduce: readonly string[];
}

export type ListedRun = { readonly folder: string; readonly latest: boolean } & (
  Headline | { readonly problem: string }
);

/** Newest first. */
export function listRuns(root: string): readonly ListedRun[] {
  return findRuns(root).map((place) => {
    const state = stateOf(place);
    return {
      folder: place.path,
      latest: place.isLatest,
      ...('headline' in state ? state.headline : { problem: state.problem }),
    };
  });
}

export async function describeRun(run: Run): Promise<RunAnswer> {
  await run.history.load(() => undefined);
  const { folder, history, verdict, problem } = run;
  return {
    folder: folder?.path ?? null,
    history: history.file,
    format: history.format,
    ops: history.length,
    counts: { ...history.counts },
    problem: history.problem ?? problem ?? null,
    verdict: verdict ?? null,
    violations: run.violations,
    counterexamples: await run.counterexamples(),
    faults: run.windows,
    reproduce: run.reproduce,
  };
}

/** Each row that the filter leaves, until `onRow` says stop. */
export async function matchingRows(
  run: Run,
  filter: Filter,
  onRow: (row: Row, at: number) => 'stop' | undefined,
): Promise<void> {
  await run.history.load(() => undefined);
  await eachMatch(run.history, new Matcher(filter, run.windows), (row, at, isMatch) =>
    isMatch ? onRow(row, at) : undefined,
  );
}

/** Rows as the screen shows them. */
export function rowPrinter(run: Run): (row: Row, at: number) => Line {
  const table = new OpTable(run.windows, {
    violations: new Set(run.violations),
    involved: run.involved,
  });
  const width = Math.max(4, String(run.history.length).length);
  return (row, at) => table.line(row, at, width, false);
}
