/**
 * From a case to its figures: writes the history, runs ours, runs the yardstick on the same file, and
 * compares what both said.
 */
import { fileURLToPath } from 'node:url';
import {
  isForYardstick,
  type Case,
  type CheckCase,
  type CommandCase,
  type File,
  type Goals,
  type ShareCase,
} from './cases.ts';
import { runCheckCommand } from './check-command.ts';
import { perform, type End, type Limits, type Performance } from './contest.ts';
import type { Files } from './files.ts';
import type { Round } from './round.ts';

export interface Measured {
  readonly name: string;
  readonly goals: Goals;
  /** The only one that was to be used. */
  readonly algorithm?: CheckCase['algorithm'];
  readonly ours: Figures;
  readonly porcupine?: Figures;
  /** Porcupine's time divided by ours, warm where both are; a bound where Porcupine gave up. */
  readonly times?: { readonly value: number; readonly atLeast: boolean };
  /** Of several histories. */
  readonly decided?: { readonly count: number; readonly of: number };
  /** A verdict that cannot be: the figures are of no interest then. */
  readonly wrong?: string;
}

/** Medians. What could not be measured is missing. */
export interface Figures {
  readonly end: End;
  readonly verdict?: Round['verdict'];
  readonly algorithms?: readonly string[];
  readonly warm?: Figure;
  readonly cold?: Figure;
  /** Verdict and counterexample, warm. */
  readonly explained?: Figure;
  readonly counterexample?: number;
  readonly loadMs?: number;
  readonly operations?: number;
  /** The largest the process was seen, the history in it. */
  readonly peakBytes?: number;
  /** By an online check, when it is through. */
  readonly heldBytes?: number;
}

export interface Figure {
  /** By the clock, and of the processors; see `timeOf`. */
  readonly ms: number;
  readonly cpuMs: number;
  /** Added by the check, and the whole process at most. */
  readonly addedBytes: number;
  readonly peakBytes: number;
}

export interface Means {
  readonly files: Files;
  readonly limits: Limits;
  /** How often each figure is taken. */
  readonly times: number;
  /** Porcupine's program. */
  readonly yardstick?: string;
}

type Command = readonly [string, ...string[]];

/** A check that takes longer is not repeated: what it takes is plain from once. */
const REPEAT_BELOW_MS = 5000;
/** By what names the package may export them. */
const MODELS: Readonly<Record<File['model'], readonly string[]>> = {
  register: ['register'],
  kv: ['kv'],
  queue: ['queue', 'fifoQueue', 'fifo'],
  set: ['set', 'growOnlySet'],
};
const OURS = fileURLToPath(new URL('./ours.js', import.meta.url));

export async function measure(one: Case, means: Means): Promise<Measured> {
  switch (one.kind) {
    case 'check':
      return means.files.with(one.file, (path) => measureCheck(one, path, means));
    case 'share':
      return measureShare(one, means);
    case 'command':
      return means.files.with(one.file, (path) => measureCommand(one, path, means));
  }
}

async function measureCheck(one: CheckCase, path: string, means: Means): Promise<Measured> {
  const { name, goals, algorithm, file } = one;
  const ours = await figures((rounds) => oursOn(one, path, rounds, means.limits.seconds), means);
  if (means.yardstick === undefined || !isForYardstick(one))
    return { name, goals, algorithm, ours, ...wrongIn(file, [ours]) };
  const porcupine = await figures(yardstickOn(means.yardstick, path, means.limits.seconds), means);
  const compared = { ...timesOf(porcupine, ours), ...wrongIn(file, [ours, porcupine]) };
  return { name, goals, algorithm, ours, porcupine, ...compared };
}

function oursOn(
  { file, algorithm, online, plain }: Pick<CheckCase, 'file' | 'algorithm' | 'online' | 'plain'>,
  path: string,
  rounds: number,
  seconds: number,
): Command {
  const { model, stale } = file;
  const explain = stale !== undefined && rounds > 0;
  const options = { models: MODELS[model], online, plain, rounds, seconds, explain, algorithm };
  return [process.execPath, '--expose-gc', OURS, path, JSON.stringify(options)];
}

function yardstickOn(program: string, path: string, seconds: number): (rounds: number) => Command {
  return (rounds) => [program, '-rounds', String(rounds), '-seconds', String(seconds), path];
}

/** Fresh processes for the cold figures; the first of them goes on for the warm ones. */
async function figures(command: (rounds: number) => Command, { limits, times }: Means): Promise<Figures> {
  const performances: Performance[] = [];
  for (let i = 1; i <= times; i++) {
    const performed = await perform(command(i === 1 ? times : 0), limits);
    performances.push(performed);
    const slowest = Math.max(...performed.rounds.map(({ ms, cpuMs }) => Math.min(ms, cpuMs)));
    if (performed.end.kind !== 'finished' || slowest > REPEAT_BELOW_MS) break;
  }
  const all = performances.flatMap(({ rounds }) => rounds).filter(({ verdict }) => verdict !== 'unknown');
  const [first] = performances;
  const explained = all.find(({ phase }) => phase === 'explained');
  const figure = (phase: Round['phase']): Figure | undefined =>
    medians(all.filter((round) => round.phase === phase));
  return {
    // One that came to no end says more than another that did.
    end: performances.find(({ end }) => end.kind !== 'finished')?.end ?? { kind: 'finished' },
    verdict: all[0]?.verdict,
    algorithms: all[0]?.algorithms,
    warm: figure('warm'),
    cold: figure('cold'),
    explained: figure('explained'),
    counterexample: explained?.counterexample,
    loadMs: first?.loaded?.ms,
    operations: first?.loaded?.operations,
    peakBytes: Math.max(...performances.map(({ peakBytes }) => peakBytes)),
    heldBytes: all[0]?.heldBytes,
  };
}

/**
 * Milliseconds, as they would be on an idle machine, at most. On a busy one the clock also counts the work
 * of others, and processor time counts threads that help while the main one works: alone, a check takes
 * no longer than the smaller of the two.
 */
export function timeOf({ ms, cpuMs }: Figure): number {
  return Math.min(ms, cpuMs);
}

function medians(rounds: readonly Round[]): Figure | undefined {
  if (rounds.length === 0) return undefined;
  return {
    ms: median(rounds.map(({ ms }) => ms)),
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    addedBytes: median(rounds.map(({ peakBytes, baseBytes }) => peakBytes - baseBytes)),
    peakBytes: median(rounds.map(({ peakBytes }) => peakBytes)),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

async function measureShare({ name, goals, files, seconds }: ShareCase, means: Means): Promise<Measured> {
  const limits = { ...means.limits, seconds };
  let count = 0;
  let ours: Figures = { end: { kind: 'finished' } };
  for (const file of files) {
    const once = { ...means, limits, times: 1 };
    const command = (path: string): Command => oursOn({ file }, path, 0, seconds);
    ours = await means.files.with(file, (path) => figures(() => command(path), once));
    if (ours.verdict !== undefined) count++;
    if (ours.verdict === 'invalid') return { name, goals, ours, ...wrongIn(file, [ours]) };
  }
  return { name, goals, ours: { end: { kind: 'finished' } }, decided: { count, of: files.length } };
}

async function measureCommand(one: CommandCase, path: string, means: Means): Promise<Measured> {
  const { name, goals, file } = one;
  const runs: Round[] = [];
  for (let i = 0; i < means.times; i++) runs.push(await runCheckCommand(path, file.model));
  const ours: Figures = { end: { kind: 'finished' }, verdict: runs[0]!.verdict, cold: medians(runs) };
  return { name, goals, ours, ...wrongIn(file, [ours]) };
}

function timesOf(porcupine: Figures, ours: Figures): Pick<Measured, 'times'> {
  const mine = ours.warm ?? ours.cold;
  if (!mine) return {};
  const theirs = ours.warm ? (porcupine.warm ?? porcupine.cold) : porcupine.cold;
  if (theirs) return { times: { value: timeOf(theirs) / timeOf(mine), atLeast: false } };
  if (porcupine.end.kind !== 'timeout') return {};
  return { times: { value: (porcupine.end.seconds * 1000) / timeOf(mine), atLeast: true } };
}

/** The simulated store is correct, and a spoilt read is a violation: there is no other verdict. */
function wrongIn({ stale }: File, all: readonly Figures[]): Pick<Measured, 'wrong'> {
  const right = stale === undefined ? 'valid' : 'invalid';
  const other = all.find(({ verdict }) => verdict !== undefined && verdict !== right);
  const failed = all.find(({ end }) => end.kind === 'failed')?.end;
  if (other) return { wrong: `the history is ${right}, but a checker says ${other.verdict}` };
  return failed?.kind === 'failed' ? { wrong: failed.message } : {};
}
