/**
 * A shrunk plan becomes a run like any other: it is run once more, with a folder of its own, which also
 * keeps how it was shrunk. That the recorded run shows the violation again, and that its plan does so from
 * the file that people get, is part of the promise, so both are looked at and not taken for granted.
 */
import { formatProblems, loadCatalogue, loadPlan } from '../plan/index.ts';
import type { Op } from '../history/op.ts';
import { readHistory } from '../history/reader.ts';
import { runPlan, type RunOutcome } from '../runner/run.ts';
import { simulate } from '../runner/simulate.ts';
import { RunFolder } from '../store/run-folder.ts';
import { reportOf, type ShrinkReport } from './report.ts';
import type { Shrunk } from './shrink.ts';
import { shows, violationText } from './violation.ts';

export interface RecordOptions {
  /** Where run folders go. */
  readonly out: string;
  /** Commands that show it again, given the folder. */
  readonly reproduce: (folder: string) => readonly string[];
}

export interface RecordedShrink extends RunOutcome {
  readonly report: ShrinkReport;
}

export async function recordShrunk(
  shrunk: Shrunk,
  { out, reproduce }: RecordOptions,
): Promise<RecordedShrink> {
  const outcome = await runPlan(shrunk.smallest.plan, {
    out,
    reproduce,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const folder = new RunFolder(outcome.folder);
  const history = [...readHistory(folder.history)];
  if (!shows({ checks: outcome.verdict.checks, history }, shrunk.violation)) {
    throw new Error(
      `the shrunk plan failed in memory, and its recorded run does not: no ${violationText(shrunk.violation)} in ${outcome.folder}`,
    );
  }
  await repeatFromFile(folder, history);
  const report = reportOf(shrunk);
  folder.write(folder.shrink, `${JSON.stringify(report, null, 2)}\n`);
  return { ...outcome, report };
}

/** Throws where the plan in the folder can't be read, or is not the one that was run. */
async function repeatFromFile(folder: RunFolder, history: readonly Op[]): Promise<void> {
  const loaded = loadPlan(folder.plan, {}, await loadCatalogue([folder.plan]));
  if ('problems' in loaded) {
    throw new Error(`the shrunk plan can't be read again:\n${formatProblems(loaded.problems)}`);
  }
  const again = await simulate(loaded.plan, { explained: false });
  const isSame =
    again.history.length === history.length &&
    again.history.every((op, index) => JSON.stringify(op) === JSON.stringify(history[index]));
  if (!isSame) throw new Error(`the shrunk plan does something else when it is run from ${folder.plan}`);
}
