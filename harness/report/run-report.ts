/** The report of a run, from its folder: its verdict, its plan, its history once more, its nodes' logs. */
import { existsSync, readFileSync } from 'node:fs';
import type { AvailabilityDetails } from '../../checkers/availability.ts';
import type { KeyDetails, LinearizableDetails } from '../../checkers/linearizable.ts';
import { HAND } from '../../nemesis/index.ts';
import type { Json } from '../../systems/contract.ts';
import { workloads } from '../../workloads/index.ts';
import { readOps } from '../history/reader.ts';
import { catalogueToRead, loadPlan } from '../plan/index.ts';
import { version } from '../runner/environment.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { runVerdictSchema, type RunVerdict } from '../store/verdict.ts';
import { reportHtml } from './html.ts';
import { logsAround } from './node-logs.ts';
import type { Counterexample, FaultWindow, ReportData } from './page/data.ts';
import { Series } from './series.ts';
import { ordersOf } from './steps.ts';

/** Of a large counterexample the last operations are shown, and of long texts the beginning. */
const MAX_OPERATIONS = 60;
const MAX_TEXT = 500;
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
  const counterexample = await counterexampleOf(folder, verdict);
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
  if (!existsSync(verdict)) throw new NoRunError(`${path} holds no finished run: there is no verdict.json`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(verdict, 'utf8'));
  } catch {
    throw new NoRunError(`${verdict} is not JSON`);
  }
  const read = runVerdictSchema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new NoRunError(
    `${verdict} is no verdict of this version: ${issue?.path.join('.')} ${issue?.message}`,
  );
}

async function counterexampleOf(
  folder: RunFolder,
  { checks }: RunVerdict,
): Promise<Counterexample | undefined> {
  const found = checks.find(({ checker, verdict }) => checker === 'linearizable' && verdict === 'invalid');
  // The checker documents its details so.
  const key: KeyDetails | undefined = (found?.details as unknown as LinearizableDetails | undefined)
    ?.keys?.[0];
  if (key?.counterexample == null) return undefined;
  const { operations, blocked, minimal } = key.counterexample;
  const sorted = [...operations].sort((a, b) => a.invoke - b.invoke);
  const kept = sorted.slice(-MAX_OPERATIONS);
  const loaded = loadPlan(folder.plan, { set: [] }, await catalogueToRead());
  const model = 'plan' in loaded ? workloads[loaded.plan.workload.name]?.model : undefined;
  return {
    key: key.key,
    of: key.operations,
    minimal,
    blocked,
    operations: kept.map(({ invoke, process, description, node, invoked, completed, outcome }) => ({
      id: invoke,
      process: String(process),
      text: cut(description),
      node,
      from: invoked / 1e6,
      until: completed === null || outcome === 'unknown' ? null : completed / 1e6,
    })),
    // Of a part of the operations there is no order.
    orders: model === undefined || kept.length < sorted.length ? [] : ordersOf(key.counterexample, model),
  };
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

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
