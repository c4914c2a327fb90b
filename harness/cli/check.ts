/** `faultline check HISTORY...`: judges histories, our own and those of others, offline. */
import chalk from 'chalk';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeFileSync } from 'node:fs';
import { CHECKER_NAMES } from '../../checkers/catalogue.ts';
import type { KeyDetails, LinearizableDetails } from '../../checkers/linearizable.ts';
import { workloads } from '../../workloads/index.ts';
import { HistoryFormatError } from '../history/reader.ts';
import { formatDuration, parseDuration } from '../plan/units.ts';
import { judge, type Judged } from '../runner/judge.ts';
import { CHECK_TIMEOUT_MS } from '../runner/question.ts';
import { prepare, Unclear, type Prepared, type Wishes } from './check-question.ts';
import { progressOf } from './check-progress.ts';
import { EXIT, worstExit, type ExitCode } from './exit-codes.ts';
import { MODELS } from './models.ts';
import { printable } from './printable.ts';
import { plural } from './text.ts';
import { explainFile, type Explanation } from '../explain/index.ts';
import type { CheckResult } from '../../checkers/types.ts';
import { checkLines } from './verdict.ts';

interface CheckCliOptions extends Wishes {
  readonly json?: boolean;
  readonly counterexample?: string;
}

const MEMORY_UNITS: { readonly [unit: string]: number } = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };
const DEFAULT_MEMORY = 2 ** 30;
const ALGORITHMS = ['auto', 'general', 'jit', 'zones', 'distinct'] as const;

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'judge histories: run folders, or files in JSON lines, EDN (Jepsen, Knossos, Porcupine) or as a Jepsen log, perhaps in gzip',
    )
    .argument('<history...>', 'run folders or files; the format is found by looking')
    .addOption(
      new Option(
        '--model <name>',
        'what to check against; found by the functions used when not given',
      ).choices(Object.keys(MODELS)),
    )
    .addOption(
      new Option('--workload <name>', 'the model of this workload')
        .choices(Object.keys(workloads))
        .conflicts('model'),
    )
    .addOption(
      new Option(
        '--checker <name>',
        'what the history must be (`faultline list checks`); of a run what its plan asks for, else linearizable',
      ).choices(CHECKER_NAMES),
    )
    .option(
      '--key <source>',
      "where keys are: `none` (one object), `value` ([key value], Jepsen's independent), or an op's member; `key` when not given, or `value` where all values look like it",
    )
    .option(
      '--init <value>',
      'what is there before any write, as JSON; null when not given, "" for Porcupine\'s kv',
      toJson,
    )
    .addOption(
      new Option(
        '--failed-cas <meaning>',
        'a failed cas saw another value (observed), or says nothing (dropped); when not given, only those with the error `mismatch` are observed',
      ).choices(['observed', 'dropped']),
    )
    .addOption(
      new Option('--timeout <duration>', 'how long checking may take before it is unknown')
        .argParser(toDuration)
        .default(CHECK_TIMEOUT_MS, formatDuration(CHECK_TIMEOUT_MS)),
    )
    .addOption(
      new Option('--memory <bytes>', "how much a key's search may hold before it is unknown, as 512MB")
        .argParser(toBytes)
        .default(DEFAULT_MEMORY, '1GB'),
    )
    .addOption(
      new Option(
        '--algorithm <name>',
        'how to search; chosen by looking at the history when not given',
      ).choices(ALGORITHMS),
    )
    .option('--witness <file>', 'write how each valid key was linearized: a JSON line a key')
    .option('--counterexample <file>', 'write why each invalid key is not linearizable: a JSON line a key')
    .option('--json', 'the verdicts as JSON on stdout')
    .addHelpText(
      'after',
      `
Examples:
  faultline check results/latest
  faultline check results/raft-kv/*/history.jsonl
  faultline check history.edn --model register --init 0
  faultline check store/latest/history.edn.gz --key value
  faultline check jepsen.log --failed-cas observed --counterexample why.jsonl
  faultline check history.jsonl --json --timeout 5m --memory 4GB
  faultline check queue.edn --checker total-queue
  faultline check locks.edn --model owned-mutex

A file that is no history is refused with its place, and then none is judged.
Exit codes: 0 valid, 1 invalid, 2 unknown, 254 bad arguments or no history.`,
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

function toBytes(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]B)$/i.exec(text.trim()) ?? [];
  if (digits === undefined || Number(digits) === 0)
    throw new InvalidArgumentError('expected an amount such as 512MB or 1GB');
  return Math.round(Number(digits) * MEMORY_UNITS[unit!.toUpperCase()]!);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('expected a JSON value, such as 0, null or \'"text"\'');
  }
}

/** A history with its verdict. */
interface Checked {
  readonly prepared: Prepared;
  readonly judged: Judged;
  readonly explanation: Explanation | undefined;
}

/** All histories are read and understood before the first is judged. */
async function check(paths: readonly string[], options: CheckCliOptions): Promise<ExitCode> {
  const results: Checked[] = [];
  const progress = progressOf(process.stderr);
  try {
    const all: Prepared[] = [];
    for (const path of paths) all.push(await prepare(path, options, paths.length > 1, progress));
    for (const prepared of all) {
      const question = prepared.question(progress);
      const judged = await judge(prepared.history, question);
      const explanation = await explainFile(
        prepared.history,
        judged.checks as readonly CheckResult[],
        question.reading,
      );
      results.push({ prepared, judged, explanation });
      progress.clear();
      if (!options.json) for (const line of lines(results.at(-1)!)) process.stdout.write(`${line}\n`);
    }
  } catch (error) {
    progress.clear();
    const known = error instanceof HistoryFormatError || error instanceof Unclear;
    if (!known && !isSystemError(error)) throw error;
    process.stderr.write(`faultline: ${printable(error.message)}\n`);
    return EXIT.usage;
  }
  if (options.json) process.stdout.write(`${JSON.stringify(asJson(results), null, 2)}\n`);
  else if (results.length > 1) process.stdout.write(`${tally(results.map(({ judged }) => judged))}\n`);
  const keys = results.flatMap(({ prepared, judged }) =>
    keysOf(judged).map((key) => ({ history: prepared.history, ...key })),
  );
  if (options.witness !== undefined)
    writeLines(
      options.witness,
      keys.filter(({ verdict }) => verdict === 'valid'),
    );
  if (options.counterexample !== undefined)
    writeLines(
      options.counterexample,
      keys.filter(({ verdict }) => verdict === 'invalid'),
    );
  return worstExit(results.map(({ judged }) => exitOf(judged)));
}

/** A file that is not there or may not be read: the user's, as its arguments are. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function keysOf({ checks }: Judged): readonly KeyDetails[] {
  const found = checks.find(({ checker }) => checker === 'linearizable')?.details;
  // The checker `linearizable` documents its details so.
  return (found as unknown as LinearizableDetails | null | undefined)?.keys ?? [];
}

function writeLines(file: string, keys: readonly object[]): void {
  writeFileSync(file, keys.map((key) => `${JSON.stringify(key)}\n`).join(''));
}

function exitOf({ verdict }: Judged): ExitCode {
  return verdict === 'valid' ? EXIT.met : verdict === 'invalid' ? EXIT.violated : EXIT.unknown;
}

function asJson(results: readonly Checked[]): unknown {
  const answers = results.map(({ prepared, judged: { torn, ...rest }, explanation }) => ({
    history: prepared.history,
    model: prepared.model,
    initial: prepared.initial,
    tornLine: torn?.line ?? null,
    ...rest,
    explanation: explanation ?? null,
  }));
  return answers.length === 1 ? answers[0] : answers;
}

function tally(all: readonly Judged[]): string {
  const words = (['valid', 'invalid', 'unknown'] as const).map(
    (word) => `${all.filter(({ verdict }) => verdict === word).length} ${word}`,
  );
  return `${plural(all.length, 'history').replace('historys', 'histories')}: ${words.join(', ')}`;
}

function lines({ prepared: { history, about }, judged, explanation }: Checked): readonly string[] {
  const { verdict, checks, torn } = judged;
  const cut =
    torn === undefined
      ? []
      : [chalk.yellow(`line ${torn.line} was cut off while it was written; it is not part of the history`)];
  const title = `${chalk.bold(printable(history))} ${verdict}${chalk.dim(` · ${printable(about)}`)}`;
  return [title, ...cut, ...checkLines(verdict, checks, explanation), ''];
}
