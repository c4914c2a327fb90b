/** `faultline shrink [RUN]`: the smallest plan that fails as the run did. */
import { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { formatProblems, loadCatalogue, loadPlan, parseDuration } from '../plan/index.ts';
import { recordShrunk, type RecordedShrink } from '../shrink/record.ts';
import type { Progress } from '../shrink/search.ts';
import { shrinkRun, type Shrunk } from '../shrink/shrink.ts';
import { findRunFolder, RunFolder } from '../store/run-folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ShrinkRun as ShrinkFound } from './explore.ts';
import { explainFailure } from './failure.ts';
import { interruption } from './interruption.ts';
import { printable } from './printable.ts';
import { shellWord } from './shell-words.ts';
import { shrinkLines } from './shrink-report.ts';
import { count, milliseconds, plural } from './text.ts';
import { verdictLines } from './verdict.ts';

interface ShrinkCliOptions {
  readonly budget: string;
  readonly seed?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** What `explore` gives each kind of violation that it found, ms. */
const FOUND_BUDGET_MS = 60_000;

/** Between two lines of progress where there is no terminal, ms. */
const QUIET_MS = 5000;

export function shrinkCommand(): Command {
  return new Command('shrink')
    .description(
      'make a failing simulated run small: fewer nodes, clients, faults, keys and operations, as long as the same violation shows',
    )
    .argument('[run]', 'a run folder, or a plan file', 'results/latest')
    .option('--budget <duration>', 'how long it may take', '60s')
    .option('--seed <number>', "override the plan's seed")
    .option('--out <dir>', 'where run folders go', 'results')
    .option('--json', 'the report as JSON on stdout')
    .addHelpText(
      'after',
      `
The result is a run of its own, <out>/<plan>-shrunk/…: its plan.yaml lists every operation and fault with its
time and fails by itself, shrink.json says what was taken away. Ctrl-C keeps the smallest so far.

Exit codes: 0 the smallest is recorded, 2 the plan does not fail in simulation, 254 bad arguments or plan.

Examples:
  faultline shrink
  faultline shrink results/raft-kv/2026-01-31T120000Z-42 --budget 5m
  faultline shrink plans/bugs/raft-kv/stale-read.yaml --seed 7
  faultline replay results/latest --host process -n 10       then: does it really happen?`,
    )
    .action(async (path: string, options: ShrinkCliOptions) => {
      process.exitCode = await shrink(path, options);
    });
}

async function shrink(path: string, options: ShrinkCliOptions): Promise<ExitCode> {
  const budget = parseDuration(options.budget, { positive: true });
  if ('problem' in budget) {
    const hint = budget.hint === undefined ? '' : `; ${budget.hint}`;
    process.stderr.write(`faultline: --budget: ${printable(budget.problem + hint)}\n`);
    return EXIT.usage;
  }
  const file = findRunFolder(path)?.plan ?? path;
  if (!existsSync(file)) {
    process.stderr.write(`faultline: ${printable(path)} is neither a run folder nor a plan\n`);
    return EXIT.usage;
  }
  const catalogue = await loadCatalogue([file]);
  const loaded = loadPlan(
    file,
    { host: 'sim', ...(options.seed !== undefined && { seed: options.seed }) },
    catalogue,
  );
  if ('problems' in loaded) {
    process.stderr.write(formatProblems(loaded.problems, chalkStderr));
    return EXIT.usage;
  }
  const interrupt = interruption((line) => process.stderr.write(`${line}\n`));
  const progress = progressPrinter();
  try {
    const shrunk = await shrinkRun(loaded.plan, {
      catalogue,
      budget: budget.value,
      signal: interrupt.signal,
      onProgress: progress.show,
    });
    progress.end();
    if (shrunk === undefined) {
      if (interrupt.signal.aborted) return EXIT.interrupted;
      const seed = `seed ${loaded.plan.seed}`;
      process.stderr.write(
        `faultline: ${printable(file)} does not fail in simulation with ${seed}; other seeds may: faultline explore ${printable(shellWord(file))}\n`,
      );
      return EXIT.unknown;
    }
    const recorded = await recordShrunk(shrunk, { out: options.out, reproduce: commands });
    print(shrunk, recorded, options.json === true);
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.met;
  } catch (error) {
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  } finally {
    interrupt.dispose();
  }
}

/** For `explore`: what it found and recorded, made small. */
export const shrinkFound: ShrinkFound = async (folder, { out, signal, write }) => {
  const { plan: file } = new RunFolder(folder);
  const catalogue = await loadCatalogue([file]);
  const loaded = loadPlan(file, {}, catalogue);
  if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
  write(`making it smaller, for at most ${FOUND_BUDGET_MS / 1000} s …`);
  const shrunk = await shrinkRun(loaded.plan, { catalogue, budget: FOUND_BUDGET_MS, signal });
  if (shrunk === undefined) return;
  const { report, ...recorded } = await recordShrunk(shrunk, { out, reproduce: commands });
  for (const line of [
    ...shrinkLines(report, shrunk.smallest.plan),
    '',
    ...verdictLines(recorded.verdict, recorded.folder),
  ]) {
    write(line);
  }
};

function print(shrunk: Shrunk, { folder, verdict, report }: RecordedShrink, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ folder, report, verdict }, null, 2)}\n`);
    return;
  }
  const lines = [...shrinkLines(report, shrunk.smallest.plan), '', ...verdictLines(verdict, folder)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function commands(folder: string): readonly string[] {
  const path = shellWord(relative(process.cwd(), folder) || '.');
  return [
    `faultline run ${path}/plan.yaml`,
    `faultline replay ${path}`,
    `faultline replay ${path} --host process -n 10`,
  ];
}

/** One line that is written over on a terminal; a line now and then elsewhere. */
function progressPrinter(): { show(progress: Progress): void; end(): void } {
  const { stderr } = process;
  const isLive = stderr.isTTY && process.env['CI'] === undefined;
  const begin = performance.now();
  let last = begin;
  return {
    show({ pass, size, tried }) {
      const now = performance.now();
      if (now - last < (isLive ? 100 : QUIET_MS)) return;
      last = now;
      const left = `${plural(size.nodes, 'node')}, ${plural(size.faults, 'fault')}, ${plural(size.ops, 'op')}`;
      const line = `${milliseconds(now - begin)}  ${left} · ${count(tried)} tried · ${pass}`;
      stderr.write(isLive ? `\r\x1b[K${line.slice(0, (stderr.columns || 80) - 1)}` : `${line}\n`);
    },
    end: () => void (isLive && stderr.write('\r\x1b[K')),
  };
}
