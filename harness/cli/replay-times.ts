/**
 * The same plan and faults several times over, on a host that does not repeat exactly: how often does the
 * violation show? What was found in simulation is known to happen on real processes once it did so here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { RecordedFault } from '../../nemesis/index.ts';
import { readHistory } from '../history/reader.ts';
import type { Plan } from '../plan/index.ts';
import { runPlan, type RunOutcome } from '../runner/run.ts';
import { shows, violationText, violationsOf, type Violation } from '../shrink/violation.ts';
import { RunFolder } from '../store/run-folder.ts';
import { runVerdictSchema, type RunVerdict } from '../store/verdict.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable, printableLine } from './printable.ts';
import { shellWord } from './shell-words.ts';
import { elided } from './text.ts';

export interface TimesOptions {
  readonly times: number;
  readonly out: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly write: (line: string) => void;
  /** Faults as they were recorded, where the plan does not list them. */
  readonly schedule: readonly RecordedFault[] | undefined;
}

interface Outcome {
  readonly folder: string;
  readonly verdict: RunVerdict['verdict'];
  readonly shown: boolean;
  /** What the checks found, one line. */
  readonly summary: string;
}

/** 0 when it showed at least once, 1 when it never did. */
export async function replayTimes(run: RunFolder, plan: Plan, options: TimesOptions): Promise<ExitCode> {
  const { times, out, json, signal, write, schedule } = options;
  const sought = violationOfRun(run);
  const outcomes: Outcome[] = [];
  for (let nth = 1; nth <= times && !signal.aborted; nth++) {
    const outcome = await runPlan(plan, {
      out,
      signal,
      onEvent: () => undefined,
      ...(schedule && { schedule }),
      reproduce: (folder) => [
        `faultline replay ${shellWord(relative(process.cwd(), folder) || '.')}`,
        `faultline replay ${shellWord(relative(process.cwd(), run.path) || '.')} --host ${plan.host} -n ${times}`,
      ],
    });
    if (signal.aborted) break;
    const judged = judge(outcome, sought);
    outcomes.push(judged);
    const mark = judged.shown ? '✗' : judged.verdict === 'unknown' ? '?' : '✓';
    const path = relative(process.cwd(), judged.folder);
    write(
      `${mark} run ${nth} of ${times}: ${judged.verdict} · ${printableLine(elided(judged.summary))} · ${printable(path)}`,
    );
  }
  const shown = outcomes.filter((outcome) => outcome.shown).length;
  const what = sought === undefined ? 'a violation' : violationText(sought);
  write(
    `${shown} of ${outcomes.length} run${outcomes.length === 1 ? '' : 's'} showed it: ${printableLine(what)}, on host ${plan.host}`,
  );
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ host: plan.host, violation: sought ?? null, shown, runs: outcomes }, null, 2)}\n`,
    );
  }
  if (signal.aborted) return EXIT.interrupted;
  return shown > 0 ? EXIT.met : EXIT.violated;
}

function judge({ folder, verdict }: RunOutcome, sought: Violation | undefined): Outcome {
  const history = [...readHistory(new RunFolder(folder).history)];
  const run = { checks: verdict.checks, history };
  const found = verdict.checks.find((check) => check.verdict === verdict.verdict) ?? verdict.checks[0];
  return {
    folder,
    verdict: verdict.verdict,
    shown: sought === undefined ? violationsOf(run).length > 0 : shows(run, sought),
    summary: found?.summary ?? '',
  };
}

/** The violation that a recorded run shows, so that no other one passes for it. */
function violationOfRun(run: RunFolder): Violation | undefined {
  if (!existsSync(run.verdict)) return undefined;
  try {
    const read = runVerdictSchema.safeParse(JSON.parse(readFileSync(run.verdict, 'utf8')));
    if (!read.success) return undefined;
    return violationsOf({ checks: read.data.checks, history: [...readHistory(run.history)] })[0];
  } catch {
    // A torn verdict of a run that was killed: any violation counts.
    return undefined;
  }
}
