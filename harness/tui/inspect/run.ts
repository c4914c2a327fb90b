/** A run, or a bare history, opened to be looked into: its history at once, the rest as it is asked for. */
import { existsSync, statSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { shellWord } from '../../cli/shell-words.ts';
import { isGzip, plainChunks } from '../../history/chunks.ts';
import { detectFormat } from '../../history/formats/detect.ts';
import { counterexampleOf, invalidKeys, modelOf } from '../../report/counterexample.ts';
import { logsAround } from '../../report/node-logs.ts';
import type { Counterexample, LogLine } from '../../report/page/data.ts';
import { readVerdict } from '../../store/read-verdict.ts';
import { findRunFolder, type RunFolder } from '../../store/run-folder.ts';
import type { RunVerdict } from '../../store/verdict.ts';
import type { Model } from 'porcupine-ts';
import type { HistorySource } from './history-source.ts';
import { judgeHistory, type Findings } from './judging.ts';
import { LineHistory } from './line-history.ts';
import { LoadedHistory } from './loaded-history.ts';
import type { Window } from './windows.ts';

/** There is nothing at this path that could be inspected; the message says what was expected. */
export class NothingThereError extends Error {
  override readonly name = 'NothingThereError';
}

export class Run {
  /** As people name it: the folder or the file, from where they are. */
  readonly name: string;
  readonly folder: RunFolder | undefined;
  readonly history: HistorySource;
  /** Undefined where there is none; `problem` says why. */
  readonly verdict: RunVerdict | undefined;
  readonly problem: string | undefined;
  /** Indices of ops that nothing explains, in the order in which keys broke. */
  violations: readonly number[] = [];
  /** Indices of all ops of the counterexamples. */
  involved: ReadonlySet<number> = new Set();
  #judged: Findings | undefined;
  #model: Promise<Model | undefined> | undefined;
  #counterexamples: Promise<readonly Counterexample[]> | undefined;
  readonly #closed = new AbortController();

  constructor(path: string, folder: RunFolder | undefined, history: HistorySource) {
    this.name = relative(process.cwd(), folder?.path ?? path) || '.';
    this.folder = folder;
    this.history = history;
    if (folder === undefined) {
      this.problem = 'not judged';
      return;
    }
    const read = readVerdict(folder.verdict);
    if (!('verdict' in read)) {
      this.problem = read.missing ? 'not finished: there is no verdict.json' : read.problem;
      return;
    }
    this.verdict = read.verdict;
    this.#note(read.verdict, read.verdict.seen?.index);
  }

  /** The run's own verdict, or what was found when it was judged here. */
  get findings(): Findings | undefined {
    return this.verdict ?? this.#judged;
  }

  /** Judges what has no verdict. Gives what is in the way, if anything. */
  async judge(): Promise<string | undefined> {
    const judgement = await judgeHistory(this.folder?.path ?? this.history.file, this.#closed.signal);
    if ('problem' in judgement) return judgement.problem;
    this.#judged = judgement.findings;
    this.#model = Promise.resolve(judgement.model);
    this.#counterexamples = undefined;
    this.#note(judgement.findings, undefined);
    return undefined;
  }

  close(): void {
    this.#closed.abort();
    this.history.close();
  }

  get windows(): readonly Window[] {
    return this.history.faults.windows();
  }

  /** One for each key that broke and could be shown by few operations. */
  counterexamples(): Promise<readonly Counterexample[]> {
    return (this.#counterexamples ??= this.#explain());
  }

  /** The closest first; never empty. */
  get reproduce(): readonly string[] {
    if (this.verdict !== undefined && this.verdict.reproduce.length > 0) return this.verdict.reproduce;
    return [`faultline ${this.folder === undefined ? 'check' : 'replay'} ${shellWord(this.name)}`];
  }

  /** What nodes logged between two moments, ns. */
  logs(from: number, until: number): { readonly [node: string]: readonly LogLine[] } {
    if (this.folder === undefined) return {};
    const isVirtual = this.verdict?.host === 'sim';
    const started = this.verdict === undefined ? NaN : Date.parse(this.verdict.started);
    if (!isVirtual && Number.isNaN(started)) return {};
    return logsAround(this.folder.nodes, from / 1e6, until / 1e6, isVirtual ? undefined : started);
  }

  #note({ checks }: Findings, seen: number | undefined): void {
    const shown = invalidKeys(checks).flatMap(({ counterexample }) => counterexample ?? []);
    const blocked = shown.map((one) => one.blocked);
    this.violations = blocked.length > 0 ? blocked : seen !== undefined ? [seen] : named(checks);
    this.involved = new Set(
      shown.flatMap(({ operations }) =>
        operations.flatMap(({ invoke, complete }) => (complete === null ? [invoke] : [invoke, complete])),
      ),
    );
  }

  async #explain(): Promise<readonly Counterexample[]> {
    const { folder, findings } = this;
    if (findings === undefined) return [];
    this.#model ??= folder === undefined ? Promise.resolve(undefined) : modelOf(folder);
    const model = await this.#model;
    const { checks } = findings;
    return invalidKeys(checks).flatMap((_, nth) => counterexampleOf(checks, model, nth) ?? []);
  }
}

/** Other checks say in their summaries which op broke it: `… (op 521); and 27 more`. */
function named(checks: Findings['checks']): readonly number[] {
  return checks
    .filter(({ verdict }) => verdict === 'invalid')
    .flatMap(({ summary }) =>
      [...summary.matchAll(/\(op (\d+)\)/g)].slice(-1).map(([, index]) => Number(index)),
    );
}

/** Files of a run's folder that stand for the run when they are named. */
const OF_A_RUN = ['history.jsonl', 'verdict.json', 'plan.yaml', 'schedule.json', 'report.html'];

/** Throws `NothingThereError`, or what the file system throws. */
export function openRun(path: string): Run {
  if (!existsSync(path))
    throw new NothingThereError(`no run at ${path}: run a plan first, or name a run's folder or a history`);
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder || OF_A_RUN.includes(basename(path)) ? findRunFolder(path) : undefined;
  if (folder !== undefined) return new Run(path, folder, historyOf(folder.history));
  if (isFolder)
    throw new NothingThereError(
      `${path} is no run: expected a folder with history.jsonl, or a history in a file`,
    );
  return new Run(path, undefined, historyOf(path));
}

function historyOf(file: string): HistorySource {
  const { size } = statSync(file);
  if (isGzip(file)) return new LoadedHistory(file, size);
  for (const head of plainChunks(file)) {
    if (detectFormat(head, file) !== 'jsonl') return new LoadedHistory(file, size);
    break;
  }
  return new LineHistory(file);
}
