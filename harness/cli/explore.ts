/** `faultline explore PLAN`: many seeds in simulation, each with a variation of its own. */
import chalk, { chalkStderr } from 'chalk';
import { Command, InvalidArgumentError } from 'commander';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { ExplorationFolder } from '../explore/exploration-folder.ts';
import { AHEAD, explore, type Explored } from '../explore/explore.ts';
import { recordFailures } from '../explore/record.ts';
import { reportOf } from '../explore/report.ts';
import { spaceOf, Unexplorable, type Space } from '../explore/space.ts';
import { seedThreads } from '../explore/threads.ts';
import { shownSystem } from '../hosts/system.ts';
import {
  formatProblems,
  loadCatalogue,
  loadPlan,
  parseDuration,
  type Catalogue,
  type Plan,
} from '../plan/index.ts';
import { runPlan } from '../runner/run.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exploreExit } from './explore-exit.ts';
import { explorationLines } from './explore-lines.ts';
import { exploreProgress } from './explore-progress.ts';
import { explainFailure } from './failure.ts';
import { interruption } from './interruption.ts';
import { addOptionsOfAnyHost, overridesOf, type OverrideOptions } from './overrides.ts';
import { printable } from './printable.ts';
import { shellWord } from './shell-words.ts';
import { count, plural } from './text.ts';
import { verdictLines } from './verdict.ts';

interface ExploreCliOptions extends OverrideOptions {
  readonly seeds?: number;
  readonly for?: number;
  readonly jobs: number;
  readonly keepGoing?: boolean;
  readonly steer: boolean;
  readonly limit: number;
  readonly out: string;
  readonly json?: boolean;
}

/** Makes a recorded failing run smaller; says so by `write`. */
export type ShrinkRun = (
  folder: string,
  options: { readonly out: string; readonly signal: AbortSignal; readonly write: (line: string) => void },
) => Promise<unknown>;

const DEFAULT_SEEDS = 1000;
const LIMIT_MS = 60_000;
/** What one thread may hold: far more than any run in memory needs. */
const THREAD_MEMORY = 2 ** 30;

/** With `shrinkRun`, what was found is made smaller before the command ends. */
export function exploreCommand(shrinkRun?: ShrinkRun): Command {
  const command = new Command('explore')
    .description('run many seeds of a plan in simulation, each with a variation of its own, until one fails')
    .argument('<plan>', 'a plan file (YAML); its section `explore` says what may vary')
    .option(
      '--seeds <count>',
      `how many seeds at most; ${DEFAULT_SEEDS} when neither this nor --for is given`,
      toCount,
    )
    .option('--for <duration>', 'begin no seed after so much wall time, e.g. 10m', toDuration)
    .option('--jobs <count>', 'how many threads', toJobs, Math.min(AHEAD, availableParallelism()))
    .option('--keep-going', 'collect every failing seed instead of ending at the first')
    .option('--no-steer', 'draw every seed by its number alone; mutate none that reached rare marks')
    .option('--limit <duration>', 'how much wall time one seed may take', toDuration, LIMIT_MS)
    .option('--out <dir>', 'where found plans and run folders go', 'results')
    .option('--json', 'the report as JSON on stdout; all else goes to stderr');
  return addOptionsOfAnyHost(
    command,
    'the first seed; the others follow it. By default the plan’s, else drawn',
  )
    .addHelpText(
      'after',
      `
Each seed draws its own cluster size, clients, rate, keys, functions, options of the system, network, disks
and faults, within what the plan's section \`explore\` says. Half of the seeds, once there is something to go
by, are mutations of seeds that reached rare marks (faultline list marks).

Examples:
  faultline explore plans/explore/raft-kv.yaml --for 10m
  faultline explore plans/raft-kv.yaml --seeds 10000 --seed 1 --keep-going
  faultline explore plans/raft-kv.yaml --set system.bugs=[no-dedup] --set expect=invalid
  faultline explore plans/raft-kv.yaml --no-steer --seeds 1 --seed 4711      that seed again

Exit codes: 0 as expected (no violation; with "expect: invalid", one was found), 1 a violation (or an expected
one was not found), 2 all unknown or one never ended, 130 interrupted, 254 bad arguments or plan, 255 the
harness failed.`,
    )
    .action(async (file: string, options: ExploreCliOptions) => {
      process.exitCode = await exploreFile(file, options, shrinkRun);
    });
}

async function exploreFile(
  file: string,
  options: ExploreCliOptions,
  shrinkRun: ShrinkRun | undefined,
): Promise<ExitCode> {
  const catalogue = await loadCatalogue([file], overridesOf(options));
  const prepared = prepare(file, options, catalogue);
  if ('problem' in prepared) {
    process.stderr.write(prepared.problem);
    return EXIT.usage;
  }
  const { plan, space } = prepared;
  const out = options.json ? process.stderr : process.stdout;
  const progress = exploreProgress(process.stderr);
  const write = (line: string): void => {
    progress.clear();
    out.write(`${line}\n`);
  };
  const interrupt = interruption(write);
  const folder = new ExplorationFolder(options.out, plan.name, plan.seed, new Date());
  for (const line of header(plan, options)) write(line);
  try {
    const { explored, elapsed, peakMemory } = await exploreOnThreads(space, options, catalogue, {
      signal: interrupt.signal,
      tell: (known) => progress.tell(known),
      save: (found) => relative(process.cwd(), folder.savePlan(found)),
    });
    progress.clear();
    const recorded = await recordFailures(explored.failures.groups, {
      out: options.out,
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.kind !== 'judged') return;
        for (const line of ['', ...verdictLines(event.verdict, event.folder), '']) write(line);
      },
      planOf: (saved) => reload(saved, catalogue),
      run: runPlan,
      reproduce: (run, saved) => [
        `faultline replay ${shellWord(relative(process.cwd(), run) || '.')}`,
        `faultline run ${shellWord(saved)}`,
      ],
    });
    const { jobs, steer } = options;
    const report = reportOf(explored, {
      plan,
      file,
      first: plan.seed,
      steered: steer,
      interrupted: interrupt.signal.aborted,
      jobs,
      elapsed,
      peakMemory,
      recorded: recorded.map((run) => ({ ...run, folder: relative(process.cwd(), run.folder) })),
    });
    for (const { seed, confirmed } of recorded) if (!confirmed) write(chalk.red(unconfirmed(seed)));
    folder.saveReport(report);
    for (const line of explorationLines(report, relative(process.cwd(), folder.path!))) write(line);
    if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    if (shrinkRun && !interrupt.signal.aborted) {
      for (const { folder, confirmed } of recorded)
        if (confirmed) await shrinkRun(folder, { out: options.out, signal: interrupt.signal, write });
    }
    return exploreExit(report);
  } catch (error) {
    progress.clear();
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  } finally {
    interrupt.dispose();
  }
}

/** The plan, for the simulated host whatever its own is, and what it varies. */
function prepare(
  file: string,
  options: ExploreCliOptions,
  catalogue: Catalogue,
): { readonly plan: Plan; readonly space: Space } | { readonly problem: string } {
  const loaded = loadPlan(file, overridesOf({ ...options, host: 'sim' }), catalogue);
  if ('problems' in loaded) return { problem: formatProblems(loaded.problems, chalkStderr) };
  try {
    return { plan: loaded.plan, space: spaceOf(loaded.plan, catalogue) };
  } catch (error) {
    if (!(error instanceof Unexplorable)) throw error;
    return { problem: `faultline: ${printable(file)}: ${printable(error.message)}\n` };
  }
}

interface Ears {
  readonly signal: AbortSignal;
  readonly tell: (known: Explored) => void;
  readonly save: (plan: Plan) => string;
}

async function exploreOnThreads(
  space: Space,
  options: ExploreCliOptions,
  catalogue: Catalogue,
  { signal, tell, save }: Ears,
): Promise<{ explored: Explored; elapsed: number; peakMemory: number }> {
  const { jobs, limit, steer, keepGoing = false } = options;
  const threads = seedThreads({ threads: jobs, limit, memory: THREAD_MEMORY });
  const begin = performance.now();
  try {
    const explored = await explore(space, {
      runner: threads,
      first: space.base.seed,
      seeds: options.seeds ?? (options.for === undefined ? DEFAULT_SEEDS : Infinity),
      duration: options.for ?? Infinity,
      jobs,
      steer,
      keepGoing,
      signal,
      marks: catalogue.systems[space.base.system.name]!.marks ?? {},
      onSeed: tell,
      save,
    });
    // In KiB, of the process with all its threads.
    return {
      explored,
      elapsed: performance.now() - begin,
      peakMemory: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await threads.close();
  }
}

/** A plan that we saved ourselves. */
function reload(file: string, catalogue: Catalogue): Plan {
  const loaded = loadPlan(file, {}, catalogue);
  if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
  return loaded.plan;
}

function header(plan: Plan, { seeds, for: time, jobs, steer }: ExploreCliOptions): readonly string[] {
  const { system, seed } = plan;
  const bugs = system.bugs.length > 0 ? chalk.yellow(` · seeded: ${system.bugs.join(', ')}`) : '';
  const many = seeds ?? (time === undefined ? DEFAULT_SEEDS : undefined);
  return [
    `${chalk.bold(printable(plan.name))} · ${printable(shownSystem(system.name))} on host sim${bugs} · ${many === undefined ? 'seeds' : plural(many, 'seed')} from ${chalk.bold(String(seed))} on ${plural(jobs, 'thread')}`,
    chalk.dim(
      steer
        ? 'half of the seeds follow those that reached rare marks; --no-steer draws each by its number alone'
        : 'each seed is drawn by its number alone',
    ),
  ];
}

function unconfirmed(seed: number): string {
  return `seed ${seed} did not fail again when it was recorded: a fault of Faultline's, please report it`;
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1');
  return Number(text);
}

function toJobs(text: string): number {
  const jobs = toCount(text);
  if (jobs > AHEAD) throw new InvalidArgumentError(`expected at most ${count(AHEAD)}`);
  return jobs;
}

function toDuration(text: string): number {
  const parsed = parseDuration(text, { positive: true });
  if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
  return parsed.value;
}
