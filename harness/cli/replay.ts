/**
 * `faultline replay RUN`: a recorded run again. In simulation exactly, which is checked; on other hosts its
 * plan, its seed and its faults at their recorded times, once or a number of times.
 */
import { chalkStderr } from 'chalk';
import { Command, InvalidArgumentError } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseSchedule, type RecordedFault } from '../../nemesis/index.ts';
import { formatProblems, loadCatalogue, loadPlan, type Plan } from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import { findRunFolder } from '../store/run-folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { interruption } from './interruption.ts';
import { plainPrinter } from './plain.ts';
import { printable } from './printable.ts';
import { replayExactly, type ExactOptions } from './replay-exact.ts';
import { shellWord } from './shell-words.ts';
import { replayTimes } from './replay-times.ts';

interface ReplayCliOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly host?: string;
  readonly times?: number;
}

const MAX_TIMES = 10_000;

export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'run a recorded run again: its plan, its seed, and its faults at their recorded times and targets',
    )
    .argument('[run]', 'a run folder', 'results/latest')
    .option('--host <name>', 'on another host: does what a simulation found happen on real processes?')
    .option('-n, --times <count>', 'so many times; says how often the violation showed', countOf)
    .option('--out <dir>', 'where run folders go', 'results')
    .option('--json', 'the answer as JSON on stdout; progress goes to stderr')
    .addHelpText(
      'after',
      `
A simulated run repeats exactly: its history is compared with the recorded one, byte for byte. On real
processes the operations and faults are the same; how the operating system schedules them is not, so a
violation that depends on it may take several tries. Times are those of the plan, virtual or not.

Exit codes: in simulation 0 when it is identical, 255 when it is not, 2 when it is not and another version of
Faultline recorded it. With --host or --times 0 when the violation showed at least once, 1 when it never did.
Otherwise those of "run". 254: there is no such run, or the host can't do what it asks for.

Examples:
  faultline replay
  faultline replay results/raft-kv/2026-01-31T120000Z-42
  faultline replay results/raft-kv-shrunk/2026-01-31T120000Z-42 --host process -n 10`,
    )
    .action(async (path: string, options: ReplayCliOptions) => {
      process.exitCode = await replay(path, options);
    });
}

function countOf(text: string): number {
  const times = Number(text);
  if (!Number.isInteger(times) || times < 1 || times > MAX_TIMES) {
    throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_TIMES}`);
  }
  return times;
}

async function replay(path: string, options: ReplayCliOptions): Promise<ExitCode> {
  const run = findRunFolder(path);
  if (run === undefined || !existsSync(run.plan) || !existsSync(run.schedule)) {
    process.stderr.write(
      `faultline: ${printable(path)} is no run that can be replayed: expected a folder with plan.yaml, history.jsonl and schedule.json\n`,
    );
    return EXIT.usage;
  }
  const { host } = options;
  const loaded = loadPlan(run.plan, { ...(host !== undefined && { host }) }, await loadCatalogue([run.plan]));
  if ('problems' in loaded) {
    process.stderr.write(formatProblems(loaded.problems, chalkStderr));
    return EXIT.usage;
  }
  const recorded = parseSchedule(readFileSync(run.schedule, 'utf8'));
  if ('problem' in recorded) {
    process.stderr.write(`faultline: ${printable(run.schedule)}: ${printable(recorded.problem)}\n`);
    return EXIT.usage;
  }
  const { plan } = loaded;
  // What a plan lists is exact; what it draws came about as it was recorded.
  const schedule = plan.schedule === undefined ? recorded.schedule : undefined;
  const out = options.json ? process.stderr : process.stdout;
  const write = (line: string): void => void out.write(`${line}\n`);
  const interrupt = interruption(write);
  const { signal } = interrupt;
  const shared = { out: options.out, json: options.json === true, signal, write };
  try {
    if (plan.host === 'sim' && host === undefined) return await replayExactly(run, plan, shared);
    if (host !== undefined || options.times !== undefined) {
      return await replayTimes(run, plan, { ...shared, schedule, times: options.times ?? 1 });
    }
    return await replayOnce(plan, schedule, shared);
  } catch (error) {
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  } finally {
    interrupt.dispose();
  }
}

async function replayOnce(
  plan: Plan,
  schedule: readonly RecordedFault[] | undefined,
  { out, json, signal, write }: ExactOptions,
): Promise<ExitCode> {
  const { verdict, folder } = await runPlan(plan, {
    out,
    signal,
    onEvent: plainPrinter(write),
    ...(schedule && { schedule }),
    reproduce: (folder) => [`faultline replay ${shellWord(relative(process.cwd(), folder) || '.')}`],
  });
  if (json) process.stdout.write(`${JSON.stringify({ folder, verdict }, null, 2)}\n`);
  if (signal.aborted) return EXIT.interrupted;
  return verdict.met ? EXIT.met : verdict.verdict === 'unknown' ? EXIT.unknown : EXIT.violated;
}
