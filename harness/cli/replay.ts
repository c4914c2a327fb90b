/** `faultline replay RUN`: the same plan, seed and recorded faults again. */
import { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseSchedule } from '../../nemesis/index.ts';
import { formatProblems, loadCatalogue, loadPlan } from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import { findRunFolder } from '../store/run-folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { interruption } from './interruption.ts';
import { plainPrinter } from './plain.ts';
import { printable } from './printable.ts';

export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'run a recorded run again: its plan, its seed, and its faults at their recorded times and targets',
    )
    .argument('[run]', 'a run folder', 'results/latest')
    .option('--out <dir>', 'where run folders go', 'results')
    .option('--json', 'the verdict as JSON on stdout; progress goes to stderr')
    .addHelpText(
      'after',
      `
The operations and faults are the same; how the operating system schedules real processes is not, so
a violation that depends on it may take several tries.

Examples:
  faultline replay
  faultline replay results/raft-kv/2026-01-31T120000Z-42`,
    )
    .action(async (path: string, options: { out: string; json?: boolean }) => {
      process.exitCode = await replay(path, options);
    });
}

async function replay(path: string, options: { out: string; json?: boolean }): Promise<ExitCode> {
  const run = findRunFolder(path);
  if (run === undefined || !existsSync(run.plan) || !existsSync(run.schedule)) {
    process.stderr.write(
      `faultline: ${printable(path)} is no run that can be replayed: expected a folder with plan.yaml, history.jsonl and schedule.json\n`,
    );
    return EXIT.usage;
  }
  const loaded = loadPlan(run.plan, { set: [] }, await loadCatalogue());
  if ('problems' in loaded) {
    process.stderr.write(formatProblems(loaded.problems, chalkStderr));
    return EXIT.usage;
  }
  const schedule = parseSchedule(readFileSync(run.schedule, 'utf8'));
  if ('problem' in schedule) {
    process.stderr.write(`faultline: ${printable(run.schedule)}: ${printable(schedule.problem)}\n`);
    return EXIT.usage;
  }
  const out = options.json ? process.stderr : process.stdout;
  const write = (line: string): void => void out.write(`${line}\n`);
  const interrupt = interruption(write);
  try {
    const { verdict, folder } = await runPlan(loaded.plan, {
      out: options.out,
      signal: interrupt.signal,
      onEvent: plainPrinter(write),
      schedule: schedule.schedule,
      reproduce: (folder) => [`faultline replay ${relative(process.cwd(), folder)}`],
    });
    if (options.json) process.stdout.write(`${JSON.stringify({ folder, verdict }, null, 2)}\n`);
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return verdict.met ? EXIT.met : verdict.verdict === 'unknown' ? EXIT.unknown : EXIT.violated;
  } catch (error) {
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  } finally {
    interrupt.dispose();
  }
}
