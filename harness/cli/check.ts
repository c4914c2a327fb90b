/** `faultline check HISTORY...`: judges recorded runs again, offline. */
import chalk from 'chalk';
import { Command, InvalidArgumentError, Option } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { workloads } from '../../workloads/index.ts';
import type { Workload } from '../../workloads/types.ts';
import { HistoryFormatError, readHistory } from '../history/reader.ts';
import { loadCatalogue, loadPlan, parseDuration } from '../plan/index.ts';
import { judge, type Judged, type Question } from '../runner/judge.ts';
import { CHECK_TIMEOUT_MS } from '../runner/run.ts';
import { findRunFolder } from '../store/run-folder.ts';
import { EXIT, worstExit, type ExitCode } from './exit-codes.ts';
import { printable } from './printable.ts';
import { plural } from './text.ts';
import { checkLines } from './verdict.ts';

interface CheckCliOptions {
  readonly workload?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('judge recorded histories: a run folder, or a history.jsonl (a torn last line is skipped)')
    .argument('<history...>', 'run folders or history.jsonl files')
    .addOption(
      new Option(
        '--workload <name>',
        'whose model to check against; found by looking when not given',
      ).choices(Object.keys(workloads)),
    )
    .option(
      '--timeout <duration>',
      'how long checking may take before it is unknown',
      toDuration,
      CHECK_TIMEOUT_MS,
    )
    .option('--json', 'the verdicts as JSON on stdout')
    .addHelpText(
      'after',
      `
Examples:
  faultline check results/latest
  faultline check results/raft-kv/*/history.jsonl
  faultline check history.jsonl --workload kv --json`,
    )
    .action(async (files: string[], options: CheckCliOptions) => {
      process.exitCode = await check(files, options);
    });
}

function toDuration(text: string): number {
  const parsed = parseDuration(text);
  if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
  return parsed.value;
}

async function check(paths: readonly string[], options: CheckCliOptions): Promise<ExitCode> {
  const results: { history: string; judged: Judged }[] = [];
  for (const path of paths) {
    const history = historyAt(path);
    if (history === undefined) {
      process.stderr.write(
        `faultline: no history at ${printable(path)}: expected a run folder or a history.jsonl\n`,
      );
      return EXIT.usage;
    }
    let judged: Judged;
    try {
      judged = await judge(history, await questionFor(history, options));
    } catch (error) {
      if (!(error instanceof HistoryFormatError || error instanceof UnclearWorkload)) throw error;
      process.stderr.write(`${printable(error.message)}\n`);
      return EXIT.usage;
    }
    results.push({ history, judged });
    if (!options.json) for (const line of lines(history, judged)) process.stdout.write(`${line}\n`);
  }
  if (options.json) {
    const answers = results.map(({ history, judged: { torn, ...rest } }) => ({
      history,
      tornLine: torn?.line ?? null,
      ...rest,
    }));
    process.stdout.write(`${JSON.stringify(answers.length === 1 ? answers[0] : answers, null, 2)}\n`);
  } else if (results.length > 1) {
    const tally = (['valid', 'invalid', 'unknown'] as const).map(
      (word) => `${results.filter(({ judged }) => judged.verdict === word).length} ${word}`,
    );
    process.stdout.write(
      `${plural(results.length, 'history').replace('historys', 'histories')}: ${tally.join(', ')}\n`,
    );
  }
  return worstExit(results.map(({ judged }) => exitOf(judged)));
}

function exitOf({ verdict }: Judged): ExitCode {
  return verdict === 'valid' ? EXIT.met : verdict === 'invalid' ? EXIT.violated : EXIT.unknown;
}

function lines(history: string, judged: Judged): string[] {
  const torn =
    judged.torn === undefined
      ? []
      : [
          chalk.yellow(
            `line ${judged.torn.line} was cut off while it was written; it is not part of the history`,
          ),
        ];
  return [chalk.bold(printable(history)), ...torn, ...checkLines(judged.verdict, judged.checks), ''];
}

function historyAt(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return path;
  const history = join(path, 'history.jsonl');
  return existsSync(history) ? history : undefined;
}

class UnclearWorkload extends Error {}

/** From the plan beside the history; else from what the history's ops look like. */
async function questionFor(history: string, options: CheckCliOptions): Promise<Question> {
  const plan = await planBeside(history);
  const name = options.workload ?? plan?.workload.name ?? guessWorkload(history);
  return {
    workload: workloads[name]!,
    checks: ['linearizable'],
    require: plan && { okOps: plan.require.okOps, faults: plan.nemesis.length },
    timeout: options.timeout,
  };
}

async function planBeside(
  history: string,
): Promise<Extract<ReturnType<typeof loadPlan>, { plan: unknown }>['plan'] | undefined> {
  const folder = findRunFolder(history);
  if (folder === undefined || !existsSync(folder.plan)) return undefined;
  const loaded = loadPlan(folder.plan, { set: [] }, await loadCatalogue());
  return 'plan' in loaded ? loaded.plan : undefined;
}

/** The workload all of whose functions the first client ops use. */
function guessWorkload(history: string): string {
  const seen = new Set<string>();
  for (const op of readHistory(history)) {
    if (typeof op.process === 'number') seen.add(op.f);
    if (op.index > 1000) break;
  }
  const fits = Object.values(workloads).filter((workload: Workload) =>
    [...seen].every((f) => f in workload.functions),
  );
  if (seen.size > 0 && fits.length === 1) return fits[0]!.name;
  throw new UnclearWorkload(
    seen.size === 0
      ? `${history}: there is no client operation in this history`
      : `${history}: cannot tell which workload this is (functions: ${[...seen].join(', ')}); say so with --workload ${Object.keys(workloads).join('|')}`,
  );
}
