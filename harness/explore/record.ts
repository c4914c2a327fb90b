/**
 * What was found, run again and recorded: the first seed of each kind of violation gets a run folder like
 * any other run. A simulation repeats exactly, so one that does not fail again is a fault of Faultline's.
 */
import type { RunEvent } from '../runner/events.ts';
import type { RunOutcome } from '../runner/run.ts';
import type { RunOptions } from '../runner/running.ts';
import type { Plan } from '../plan/index.ts';
import type { FailureGroup } from './failures.ts';
import type { Recorded } from './report.ts';

/** Of many kinds of violations only so many are recorded: a run folder may be large. */
const MAX_RECORDED = 5;
/** What the checkers of this name say is of the harness, which ended without a verdict. */
const HARNESS = 'harness';

export interface RecordOptions {
  readonly out: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** The plan of a failing seed, as saved. */
  readonly planOf: (file: string) => Plan;
  readonly run: (plan: Plan, options: RunOptions) => Promise<RunOutcome>;
  /** Commands that show the run again. */
  readonly reproduce: (folder: string, planFile: string) => readonly string[];
}

export async function recordFailures(
  groups: readonly FailureGroup[],
  { out, signal, onEvent, planOf, run, reproduce }: RecordOptions,
): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = [];
  const found = groups.filter(({ checker }) => checker !== HARNESS);
  for (const { failures } of found.slice(0, MAX_RECORDED)) {
    if (signal.aborted) break;
    const { seed, plan } = failures[0]!;
    if (plan === undefined) continue;
    const { folder, verdict } = await run(planOf(plan), {
      out,
      signal,
      onEvent,
      reproduce: (folder) => reproduce(folder, plan),
    });
    if (signal.aborted) break;
    recorded.push({ seed, folder, verdict: verdict.verdict, confirmed: verdict.verdict === 'invalid' });
  }
  return recorded;
}
