/** `faultline inspect [RUN|HISTORY]`: looks into runs, on a terminal with keys, elsewhere as text or JSON. */
import { Command } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryFormatError } from '../history/reader.ts';
import { openInspector } from '../tui/inspect/open.ts';
import type { Pane, Stage } from '../tui/inspect/pane.ts';
import { ComparePane } from '../tui/inspect/compare-pane.ts';
import { NothingThereError, openRun } from '../tui/inspect/run.ts';
import { RunPane } from '../tui/inspect/run-pane.ts';
import { findRuns } from '../tui/inspect/runs.ts';
import { RunsPane } from '../tui/inspect/runs-pane.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { BadFilterError, filterText, FILTER_OPTIONS, type FilterOptions } from './inspect-filter.ts';
import { printComparison, printOps, printRun, printRuns } from './inspect-print.ts';
import { printable } from './printable.ts';

interface InspectCliOptions extends FilterOptions {
  readonly out: string;
  readonly ops?: boolean;
  readonly diff?: string;
  readonly json?: boolean;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description(
      'look into runs: verdicts, ops with filters, faults, the counterexample step by step, what two runs differ in',
    )
    .argument(
      '[run]',
      "a run's folder, a history in any format that `check` reads, or a folder of runs; when not given, the list of runs with the latest chosen",
    )
    .option('--diff <run>', 'what is different in this other run')
    .option('--ops', 'print ops instead; with filters, those that match')
    .option('--filter <text>', 'a filter as it is typed after / in the inspector');
  for (const [flags, about] of FILTER_OPTIONS) command.option(flags, about);
  return command
    .option('--out <dir>', 'where run folders are', 'results')
    .option('--json', 'the answer as JSON on stdout, of ops a line each; no screen')
    .addHelpText(
      'after',
      `
On a terminal a screen with keys (? shows them); into a pipe, or with --json, plain text or JSON.
y copies the command that shows a run again: by OSC 52, which not every terminal takes, so it is shown as well.

Examples:
  faultline inspect                                        the list of runs, the latest chosen
  faultline inspect results/latest
  faultline inspect store/latest/history.edn.gz            a history of others
  faultline inspect results/latest --fault partition --type info     ops while a partition was on
  faultline inspect results/latest --ops --key k1 --time 1.5s..1.53s | less
  faultline inspect results/latest --filter 'f!=get text=timeout' --json
  faultline inspect results/raft-kv/2026-01-31T120000Z-42 --diff results/latest
  faultline inspect results/latest --json | jq .counterexamples

Exit codes: 0 shown, whatever the verdict is; 130 ended by a signal; 254 there is no such run, or the filter is none.`,
    )
    .action(async (run: string | undefined, options: InspectCliOptions) => {
      process.exitCode = await inspect(run, options);
    });
}

async function inspect(path: string | undefined, options: InspectCliOptions): Promise<ExitCode> {
  try {
    const filter = filterText(options);
    const isPrinted = options.json === true || options.ops === true || !hasScreen();
    if (isPrinted) {
      await print(path, filter, options);
      return EXIT.met;
    }
    const signal = await openInspector((stage) => firstPane(path, filter, options, stage));
    return signal === undefined ? EXIT.met : EXIT.interrupted;
  } catch (error) {
    if (!isOfTheUser(error)) throw error;
    process.stderr.write(`faultline: ${printable(error.message)}\n`);
    return EXIT.usage;
  }
}

/** One run, on this terminal, until the inspector is left. Throws what keeps it from being shown. */
export async function inspectRun(folder: string): Promise<void> {
  await openInspector((stage) => new RunPane(openRun(folder), stage));
}

async function print(
  path: string | undefined,
  filter: string,
  { out, ops = false, diff, json = false }: InspectCliOptions,
): Promise<void> {
  const asked = path ?? out;
  const wantsOps = ops || filter !== '';
  if (diff !== undefined) return printComparison(openRun(runAt(path, out)), openRun(diff), json);
  if (!wantsOps && (path === undefined || isFolderOfRuns(asked))) return printRuns(asked, json);
  const run = openRun(runAt(path, out));
  return wantsOps ? printOps(run, filter, json) : printRun(run, json);
}

function firstPane(
  path: string | undefined,
  filter: string,
  { out, diff }: InspectCliOptions,
  stage: Stage,
): Pane {
  if (diff !== undefined) return new ComparePane(openRun(runAt(path, out)), openRun(diff), stage);
  const asked = filter === '' ? (path ?? out) : runAt(path, out);
  // Without an argument an empty list says what to do; a folder that was named should be there.
  if (!isFolderOfRuns(asked) && (path !== undefined || filter !== ''))
    return new RunPane(openRun(asked), stage, filter);
  return new RunsPane(asked, findRuns(asked), stage, {
    open: (run) => stage.open(new RunPane(openRun(run), stage)),
    compare: (one, other) => stage.open(new ComparePane(openRun(one), openRun(other), stage)),
  });
}

/** What is asked of one run and names none is asked of the latest. */
function runAt(path: string | undefined, out: string): string {
  return path ?? join(out, 'latest');
}

function isFolderOfRuns(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory() && !existsSync(join(path, 'history.jsonl'));
}

function hasScreen(): boolean {
  const { CI, TERM } = process.env;
  return process.stdout.isTTY && process.stdin.isTTY && !CI && TERM !== 'dumb';
}

function isOfTheUser(error: unknown): error is Error {
  return (
    error instanceof NothingThereError ||
    error instanceof HistoryFormatError ||
    error instanceof BadFilterError ||
    (error instanceof Error && 'syscall' in error)
  );
}
