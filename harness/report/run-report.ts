/** The report of a run, from its folder: its verdict, its plan, its history once more, its nodes' logs. */
import { readFileSync } from 'node:fs';
import type { AvailabilityDetails } from '../../checkers/availability.ts';
import { HAND } from '../../nemesis/index.ts';
import type { Json } from '../../systems/contract.ts';
import { readOps } from '../history/reader.ts';
import { version } from '../runner/environment.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { readVerdict } from '../store/read-verdict.ts';
import type { RunVerdict } from '../store/verdict.ts';
import { counterexampleOf, cut, modelOf } from './counterexample.ts';
import { reportHtml } from './html.ts';
import { logsAround } from './node-logs.ts';
import type { Counterexample, FaultWindow, ReportData } from './page/data.ts';
import { Series } from './series.ts';

/** Around the counterexample, ms. */
const LOG_MARGIN = 500;

/** A folder that holds no finished run, or not one of this version. */
export class NoRunError extends Error {
  override readonly name = 'NoRunError';
}

/** Throws `NoRunError`, `HistoryFormatError`, or what the file system throws. */
export async function reportOf(folder: RunFolder): Promise<string> {
  return reportHtml(await reportData(folder));
}

async function reportData(folder: RunFolder): Promise<ReportData> {
  const verdict = verdictOf(folder);
  const series = new Series();
  await readOps(folder.history, (op) => series.push(op));
  const counterexample = counterexampleOf(verdict.checks, await modelOf(folder));
  const around = counterexample ? rangeOf(counterexample) : undefined;
  const epoch = verdict.host === 'sim' ? undefined : Date.parse(verdict.started);
  return {
    version: version(),
    plan: verdict.plan,
    seed: verdict.seed,
    host: verdict.host,
    started: verdict.started,
    verdict: verdict.verdict,
    expect: verdict.expect,
    met: verdict.met,
    operations: verdict.ops,
    explanation: verdict.explanation,
    checks: verdict.checks.map(({ checker, verdict, summary }) => ({
      checker,
      verdict,
      summary: cut(summary),
    })),
    counterexample: counterexample ?? null,
    series: series.finish(),
    faults: faultsOf(verdict),
    planText: readFileSync(folder.plan, 'utf8'),
    environment: verdict.environment,
    reproduce: verdict.reproduce,
    logs:
      around === undefined
        ? {}
        : logsAround(folder.nodes, around.from - LOG_MARGIN, around.until + LOG_MARGIN, epoch),
  };
}

function verdictOf({ verdict, path }: RunFolder): RunVerdict {
  const read = readVerdict(verdict);
  if ('verdict' in read) return read.verdict;
  throw new NoRunError(read.missing ? `${path} ${read.problem}` : read.problem);
}

function rangeOf({ operations, blocked }: Counterexample): { readonly from: number; readonly until: number } {
  const last = operations.find(({ id }) => id === blocked)!;
  return { from: Math.min(...operations.map(({ from }) => from)), until: last.until ?? last.from };
}

function faultsOf({ checks }: RunVerdict): readonly FaultWindow[] {
  const details = checks.find(({ checker }) => checker === 'availability')?.details;
  // So does this one.
  const windows = (details as unknown as AvailabilityDetails | null)?.windows ?? [];
  return windows.map(({ fault, lane, targets, parameters, from, until, ok, fail, info, firstOk }) => {
    const names = Array.isArray(targets) ? targets.map(String) : [];
    return {
      name: fault,
      targets: names,
      about: `${names.length > 0 ? names.join(' ') : aboutOf(parameters)}${lane === `nemesis-${HAND}` ? ' (by hand)' : ''}`,
      from: from / 1e6,
      until: (until ?? Math.max(...windows.map((other) => other.until ?? other.from))) / 1e6,
      ok,
      fail,
      info,
      firstOk,
    };
  });
}

function aboutOf(parameters: Json): string {
  return parameters === null ? '' : cut(JSON.stringify(parameters));
}
