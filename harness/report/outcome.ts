/** What reports of several runs are made from: one of these for each run that was asked for. */
import type { Explanation } from '../explain/index.ts';
import type { RunVerdict } from '../store/verdict.ts';

export interface ReportedRun {
  /** The plan's file, as it was given. */
  readonly file: string;
  readonly plan: string;
  readonly seed: number;
  /** Of several runs of one plan, which; from 0. */
  readonly round: number;
  readonly wasRun: boolean;
  /** Wall time, s. */
  readonly seconds: number;
  readonly folder: string | undefined;
  readonly verdict: RunVerdict | undefined;
  /** Why there is no verdict: the harness failed, or it was not run. */
  readonly failure: string | undefined;
}

/**
 * How a run counts. Only `met` is green; `allowed` is an unknown that its plan lets pass, and `left out` is a repetition there was no time for, of a plan that
 * was run before: both neither green nor red.
 */
export type Standing = 'met' | 'allowed' | 'violated' | 'unknown' | 'failed' | 'not run' | 'left out';

export function standingOf({ verdict, wasRun, round }: ReportedRun): Standing {
  if (!wasRun) return round === 0 ? 'not run' : 'left out';
  if (verdict === undefined) return 'failed';
  if (verdict.met) return verdict.verdict === 'unknown' ? 'allowed' : 'met';
  return verdict.verdict === 'unknown' ? 'unknown' : 'violated';
}

export function isRed(standing: Standing): boolean {
  return standing !== 'met' && standing !== 'allowed' && standing !== 'left out';
}

/** One line on how it ended: `invalid, expected valid: stale read`. */
export function headlineOf(run: ReportedRun): string {
  const { verdict, failure } = run;
  if (verdict === undefined) return failure ?? 'no verdict';
  const allowed = standingOf(run) === 'allowed' ? ', which the plan lets pass' : '';
  const said = `${verdict.verdict}, expected ${verdict.expect}${allowed}`;
  const pattern = (verdict.explanation as Explanation | null)?.pattern;
  return pattern === undefined ? said : `${said}: ${pattern}`;
}

/** What a reader needs who sees nothing else: the checks that are not valid, the violation in words, how to see it again. */
export function storyOf({ verdict, failure, folder }: ReportedRun): readonly string[] {
  if (verdict === undefined) return failure === undefined ? [] : failure.split('\n');
  const { checks, explanation, reproduce } = verdict;
  return [
    ...checks
      .filter((check) => check.verdict !== 'valid')
      .map(({ checker, summary }) => `${checker}: ${summary}`),
    ...(explanation?.sentences ?? []),
    ...reproduce.map((command) => `see it again: ${command}`),
    ...(folder === undefined ? [] : [`everything: ${folder}`]),
  ];
}
