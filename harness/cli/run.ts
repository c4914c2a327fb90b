/** `faultline run PLAN...` */
import { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { relative } from 'node:path';
import { formatProblems, loadCatalogue, loadPlan, type Plan } from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import { EXIT, worstExit, type ExitCode } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './overrides.ts';
import { plainPrinter } from './plain.ts';
import { printable } from './printable.ts';
import { explainFailure } from './failure.ts';
import { overrideWords, shellWord } from './shell-words.ts';
import { summaryLines, type PlanOutcome } from './summary.ts';

interface RunCliOptions extends OverrideOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly trace?: boolean;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('run plans: start the system, drive it, break it, judge what happened')
    .argument('<plan...>', 'plan files (YAML)')
    .option('--out <dir>', 'where run folders go', 'results')
    .option('--trace', "on host sim: every event and every draw, to trace.txt in the run's folder")
    .option('--json', 'the verdicts as JSON on stdout; progress goes to stderr');
  return addOverrideOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  faultline run plans/raft-kv.yaml
  faultline run plans/raft-kv.yaml --seed 7 --time 20s
  faultline run plans/raft-kv.yaml --set workload.rate=2000/s --set system.bugs=[stale-read]
  faultline run plans/bugs/*/*.yaml             each plan's "expect" must be met
  faultline run plans/raft-kv.yaml --host sim the same in virtual time: seconds become milliseconds`,
    )
    .action(async (files: string[], options: RunCliOptions) => {
      process.exitCode = await run(files, options);
    });
}

async function run(files: readonly string[], options: RunCliOptions): Promise<ExitCode> {
  const plans = await loadAll(files, options);
  if (plans === undefined) return EXIT.usage;
  const real = options.trace ? plans.find(({ plan }) => plan.host !== 'sim') : undefined;
  if (real !== undefined) {
    process.stderr.write(
      `faultline: --trace: ${printable(real.file)} runs on host ${real.plan.host}; only what is simulated can be traced (--host sim)\n`,
    );
    return EXIT.usage;
  }
  const out = options.json ? process.stderr : process.stdout;
  const write = (line: string): void => void out.write(`${line}\n`);
  const interrupt = interruption(write);

  const outcomes: PlanOutcome[] = [];
  for (const { file, plan } of plans) {
    if (interrupt.signal.aborted) break;
    if (outcomes.length > 0) write('');
    outcomes.push(await runOne(file, plan, options, interrupt.signal, write));
  }
  interrupt.dispose();
  if (plans.length > 1) for (const line of ['', ...summaryLines(outcomes, plans.length)]) write(line);
  if (options.json) {
    const verdicts = outcomes.map(({ file, folder, verdict, failure }) => ({
      file,
      folder,
      verdict,
      failure,
    }));
    process.stdout.write(`${JSON.stringify(plans.length === 1 ? verdicts[0] : verdicts, null, 2)}\n`);
  }
  return interrupt.signal.aborted ? EXIT.interrupted : worstExit(outcomes.map(({ exit }) => exit));
}

async function runOne(
  file: string,
  plan: Plan,
  options: RunCliOptions,
  signal: AbortSignal,
  write: (line: string) => void,
): Promise<PlanOutcome> {
  try {
    const { folder, verdict } = await runPlan(plan, {
      out: options.out,
      signal,
      onEvent: plainPrinter(write),
      trace: options.trace === true,
      reproduce: (folder) => [
        `faultline replay ${shellWord(relative(process.cwd(), folder) || '.')}`,
        `faultline run ${shellWord(file)}${overrideWords(options)} --seed ${plan.seed}`,
      ],
    });
    const exit = verdict.met ? EXIT.met : verdict.verdict === 'unknown' ? EXIT.unknown : EXIT.violated;
    return { file, plan: plan.name, folder: relative(process.cwd(), folder), verdict, exit };
  } catch (error) {
    const failure = explainFailure(error);
    process.stderr.write(`${printable(failure)}\n`);
    return { file, plan: plan.name, failure, exit: EXIT.harness };
  }
}

/** All plans, or undefined after saying everything that is wrong with any: nothing is started then. */
async function loadAll(
  files: readonly string[],
  options: OverrideOptions,
): Promise<readonly { file: string; plan: Plan }[] | undefined> {
  const catalogue = await loadCatalogue();
  const loaded = files.map((file) => ({ file, result: loadPlan(file, overridesOf(options), catalogue) }));
  const problems = loaded.flatMap(({ result }) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) {
    process.stderr.write(formatProblems(problems, chalkStderr));
    return undefined;
  }
  return loaded.flatMap(({ file, result }) => ('plan' in result ? [{ file, plan: result.plan }] : []));
}
