/** `faultline repeat PLAN`: the same simulation in several processes; must be the same, byte for byte. */
import chalk, { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtModule } from '../built.ts';
import { formatProblems, loadCatalogue, loadPlan, stringifyPlan } from '../plan/index.ts';
import { firstDivergence, type Divergence } from '../runner/divergence.ts';
import { RunFolder } from '../store/run-folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './overrides.ts';
import { printableLine } from './printable.ts';
import { count, plural } from './text.ts';

interface RepeatOptions extends OverrideOptions {
  readonly times: string;
  readonly json?: boolean;
}

/** Of one of the runs. */
interface Repetition {
  readonly sha256: string;
  readonly bytes: number;
  readonly trace: string;
  readonly history: string;
}

const MAIN = fileURLToPath(builtModule(import.meta.url, 'main'));

export function repeatCommand(): Command {
  const command = new Command('repeat')
    .description(
      'simulate a plan several times, each in a process of its own, and compare the histories byte by byte',
    )
    .argument('<plan>', 'a plan file (YAML)')
    .option('--times <n>', 'how often', '2')
    .option('--json', 'the answer as JSON on stdout');
  return addOverrideOptions(command)
    .addHelpText(
      'after',
      `
A simulation is fixed by its plan, its seed and the version of Faultline. Where two runs differ all the
same, something in the system's code escapes the simulation (a global that changes, the order of a
directory, the process's id): the first event or draw that differs says where to look. "faultline run PLAN
--host sim --trace" writes all of them to trace.txt in the run's folder.

Exit codes: 0 all the same, 1 two differ, 254 bad arguments or plan, 255 a run failed.

Examples:
  faultline repeat plans/raft-kv.yaml
  faultline repeat my-plan.yaml --times 5 --seed 7`,
    )
    .action(async (file: string, options: RepeatOptions) => {
      process.exitCode = await repeat(file, options);
    });
}

async function repeat(file: string, options: RepeatOptions): Promise<ExitCode> {
  const times = Number(options.times);
  if (!Number.isInteger(times) || times < 2 || times > 1000) {
    process.stderr.write(
      `faultline: --times ${printableLine(options.times)}: expected a whole number from 2 to 1000\n`,
    );
    return EXIT.usage;
  }
  const overrides = overridesOf({ ...options, host: 'sim' });
  const loaded = loadPlan(file, overrides, await loadCatalogue([file], overrides));
  if ('problems' in loaded) {
    process.stderr.write(formatProblems(loaded.problems, chalkStderr));
    return EXIT.usage;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'faultline-repeat-'));
  try {
    // As resolved, with the seed that was drawn where it has none.
    const planFile = join(scratch, 'plan.yaml');
    writeFileSync(planFile, stringifyPlan(loaded.plan));
    const runs: Repetition[] = [];
    for (let n = 0; n < times; n++) {
      const out = join(scratch, String(n));
      const args = ['run', planFile, '--trace', '--out', out];
      const ran = await execa(process.execPath, [MAIN, ...args], { reject: false, all: true });
      const code = ran.exitCode ?? EXIT.harness;
      if (code === EXIT.usage || code === EXIT.harness || code === EXIT.interrupted) {
        process.stderr.write(`${ran.stderr || ran.all}\n`);
        return code;
      }
      const folder = new RunFolder(realpathSync(join(out, 'latest')));
      const history = readFileSync(folder.history);
      const sha256 = createHash('sha256').update(history).digest('hex');
      runs.push({ sha256, bytes: history.length, trace: folder.trace, history: folder.history });
      process.stderr.write(`run ${n + 1} of ${times}: ${count(history.length)} bytes, sha256 ${sha256}\n`);
    }
    const [first, ...others] = runs as [Repetition, ...Repetition[]];
    const other = others.find(({ sha256 }) => sha256 !== first.sha256);
    const where =
      other &&
      ((await firstDivergence(first.trace, other.trace)) ??
        (await firstDivergence(first.history, other.history)));
    report(first, times, where, options.json === true);
    return other === undefined ? EXIT.met : EXIT.violated;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function report(first: Repetition, times: number, where: Divergence | undefined, json: boolean): void {
  if (json) {
    const answer = { identical: where === undefined, times, sha256: first.sha256, divergence: where ?? null };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  if (where === undefined) {
    process.stdout.write(
      `${chalk.green('✓')} ${plural(times, 'run')}, ${count(first.bytes)} bytes of history: identical, byte for byte\n`,
    );
    return;
  }
  for (const line of divergenceLines(where)) process.stdout.write(`${line}\n`);
}

function divergenceLines({ line, first, second, before }: Divergence): readonly string[] {
  return [
    `${chalk.red('✗')} the runs differ from line ${count(line)} of their traces on:`,
    ...before.map((same) => chalk.dim(`    ${printableLine(same)}`)),
    `  ${chalk.red('1')} ${printableLine(first ?? '(had ended)')}`,
    `  ${chalk.red('2')} ${printableLine(second ?? '(had ended)')}`,
  ];
}
