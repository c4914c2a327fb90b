/** `faultline run PLAN...` */
import { chalkStderr } from 'chalk';
import { Command, InvalidArgumentError, Option } from 'commander';
import { relative } from 'node:path';
import { Unprepared } from '../hosts/prepare.ts';
import { formatProblems, loadCatalogue, loadPlan, parseDuration, type Plan } from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import { EXIT, worstExit, type ExitCode } from './exit-codes.ts';
import { inspectRun } from './inspect.ts';
import { interruption } from './interruption.ts';
import { endWithParent, runJob } from './job.ts';
import { inLanes } from './lanes.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './overrides.ts';
import { printable } from './printable.ts';
import { explainFailure } from './failure.ts';
import { overrideWords, shellWord } from './shell-words.ts';
import { collectReporter, report, type Reporter } from './reporters.ts';
import { canDashboard, dashboardView, plainView, type RunView } from './run-view.ts';
import { summaryLines, type PlanOutcome } from './summary.ts';
import { fitsBudget, turnsOf, type Turn } from './turns.ts';

interface RunCliOptions extends OverrideOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly trace?: boolean;
  readonly repeat: number;
  readonly jobs: number;
  /** This run is one of another harness. */
  readonly job?: boolean;
  /** ms. */
  readonly budget: number;
  readonly reporter: readonly Reporter[];
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('run plans: start the system, drive it, break it, judge what happened')
    .argument('<plan...>', 'plan files (YAML)')
    .option('--out <dir>', 'where run folders go', 'results')
    .option('--trace', "on host sim: every event and every draw, to trace.txt in the run's folder")
    .option('--repeat <n>', 'run every plan so many times, each time with the next seed', times, 1)
    .option(
      '--jobs <n>',
      'how many runs at once, each in a process of its own; real processes disturb the timing of each other, so more than one is for simulations, and for machines with cores to spare',
      jobs,
      1,
    )
    .addOption(new Option('--job').hideHelp())
    .option(
      '--budget <duration>',
      'start no run that could not be over in this time; a plan that was not run at all is no success',
      budget,
      Infinity,
    )
    .option(
      '--reporter <name>',
      'also junit=FILE, for CI servers; or github, for annotations and a step summary; may be given again',
      collectReporter,
      [],
    )
    .option('--plain', 'plain lines, also on a terminal, where otherwise a live dashboard is shown')
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
  faultline run plans/raft-kv.yaml --host sim the same in virtual time: seconds become milliseconds
  faultline run plans/*.yaml --host sim --jobs 4
  faultline run plans/*.yaml --repeat 5 --budget 10m --reporter junit=results/junit.xml --reporter github

On a terminal a dashboard shows nodes, links, faults, throughput and latency, the checkers' progress and
logs while a run on processes goes on. Its keys: 1-4 panels, arrows scroll, p pauses the workload, f starts a
fault by hand and h heals it, e ends the run early and judges what ran, ? help, ctrl-c ends it at once. A
violation is shown as soon as it is known, and for ten seconds s stops, c continues, i stops and inspects.
Plain lines instead: --plain, --json, --jobs, CI, TERM=dumb, no terminal, host sim.`,
    )
    .action(async (files: string[], options: RunCliOptions) => {
      process.exitCode = await run(files, options);
    });
}

async function run(files: readonly string[], options: RunCliOptions): Promise<ExitCode> {
  if (options.job === true) endWithParent();
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
  let view: RunView | undefined;
  const interrupt = interruption((line) => (view ? view.say(line) : write(line)));

  const started = new Date();
  const turns = turnsOf(plans, options.repeat);
  const isAlone = Math.min(options.jobs, turns.length) === 1;
  const { signal } = interrupt;
  const outcomes = await inLanes(turns, {
    jobs: options.jobs,
    refusal: (turn) => {
      if (signal.aborted) return 'not run: interrupted';
      const fits = fitsBudget(turn, Date.now() - started.getTime(), options.budget);
      return fits ? undefined : 'not run: the budget was used up';
    },
    run: async (turn) => {
      if (!isAlone) return runBeside(turn, options, signal, write);
      if (turn !== turns[0]) write('');
      const place = { turn: turns.indexOf(turn) + 1, turns: turns.length };
      const isLive = !options.plain && !options.json && canDashboard(turn.plan, process);
      view = isLive ? dashboardView(place, write) : plainView(write);
      const outcome = await runOne(turn, options, signal, view);
      view = undefined;
      return outcome;
    },
    notRun,
  });
  interrupt.dispose();
  if (turns.length > 1) for (const line of ['', ...summaryLines(outcomes)]) write(line);
  if (options.json) {
    const verdicts = outcomes.map(({ file, folder, verdict, failure }) => ({
      file,
      folder,
      verdict,
      failure,
    }));
    process.stdout.write(`${JSON.stringify(turns.length === 1 ? verdicts[0] : verdicts, null, 2)}\n`);
  }
  try {
    report(options.reporter, outcomes, started, write);
  } catch (error) {
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  }
  return interrupt.signal.aborted ? EXIT.interrupted : worstExit(outcomes.map(({ exit }) => exit));
}

/** Of a plan that was never run nothing is known; a repetition may be left out. */
function notRun({ file, plan, round }: Turn, failure: string): PlanOutcome {
  const exit = round === 0 ? EXIT.unknown : EXIT.met;
  return {
    file,
    plan: plan.name,
    seed: plan.seed,
    round,
    wasRun: false,
    seconds: 0,
    folder: undefined,
    verdict: undefined,
    failure,
    exit,
  };
}

async function runOne(
  { file, plan, round }: Turn,
  options: RunCliOptions,
  signal: AbortSignal,
  view: RunView,
): Promise<PlanOutcome> {
  const begin = performance.now();
  const of = { file, plan: plan.name, seed: plan.seed, round, wasRun: true };
  const seconds = (): number => (performance.now() - begin) / 1000;
  try {
    const { folder, verdict } = await runPlan(plan, {
      out: options.out,
      signal,
      onEvent: view.onEvent,
      ...(view.live && { live: view.live }),
      trace: options.trace === true,
      reproduce: (folder) => [
        `faultline replay ${shellWord(relative(process.cwd(), folder) || '.')}`,
        `faultline run ${shellWord(file)}${overrideWords(options)} --seed ${plan.seed}`,
      ],
    });
    if (view.close()) await inspected(folder, view.say);
    const exit = verdict.met ? EXIT.met : verdict.verdict === 'unknown' ? EXIT.unknown : EXIT.violated;
    return {
      ...of,
      folder: relative(process.cwd(), folder),
      verdict,
      failure: undefined,
      seconds: seconds(),
      exit,
    };
  } catch (error) {
    view.close();
    const failure = explainFailure(error);
    process.stderr.write(`${printable(failure)}\n`);
    return {
      ...of,
      folder: undefined,
      verdict: undefined,
      failure,
      seconds: seconds(),
      exit: error instanceof Unprepared ? EXIT.usage : EXIT.harness,
    };
  }
}

/** As a job, its lines told from those of the others by its plan's name. */
async function runBeside(
  turn: Turn,
  options: RunCliOptions,
  signal: AbortSignal,
  write: (line: string) => void,
): Promise<PlanOutcome> {
  const { file, plan, round } = turn;
  const begin = performance.now();
  const name = options.repeat > 1 ? `${plan.name}, seed ${plan.seed}` : plan.name;
  const onLine = (line: string): void => write(`[${printable(name)}] ${printable(line)}`);
  const outcome = await runJob(turn, options, { signal, onLine });
  const seconds = (performance.now() - begin) / 1000;
  return { file, plan: plan.name, seed: plan.seed, round, wasRun: true, seconds, ...outcome };
}

/** The run is over and judged, whatever becomes of looking at it. */
async function inspected(folder: string, say: (line: string) => void): Promise<void> {
  const path = relative(process.cwd(), folder) || '.';
  say(printable(`inspect it:    faultline inspect ${shellWord(path)}`));
  try {
    await inspectRun(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${printable(`faultline: the inspector can't show it: ${reason}`)}\n`);
  }
}

/** All plans, or undefined after saying everything that is wrong with any: nothing is started then. */
async function loadAll(
  files: readonly string[],
  options: OverrideOptions,
): Promise<readonly { file: string; plan: Plan }[] | undefined> {
  const overrides = overridesOf(options);
  const catalogue = await loadCatalogue(files, overrides);
  const loaded = files.map((file) => ({ file, result: loadPlan(file, overrides, catalogue) }));
  const problems = loaded.flatMap(({ result }) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) {
    process.stderr.write(formatProblems(problems, chalkStderr));
    return undefined;
  }
  return loaded.flatMap(({ file, result }) => ('plan' in result ? [{ file, plan: result.plan }] : []));
}

const MAX_REPEAT = 100_000;
const MAX_JOBS = 64;

function times(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_REPEAT) return count;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_REPEAT}`);
}

function jobs(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_JOBS) return count;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_JOBS}`);
}

function budget(text: string): number {
  const parsed = parseDuration(text, { positive: true });
  if ('value' in parsed) return parsed.value;
  throw new InvalidArgumentError(`expected ${parsed.expected}, such as 10m`);
}
