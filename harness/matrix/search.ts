/**
 * The ways to look for a seeded bug: by seeds of its own plan, simulated on threads or on real processes one
 * by one, and by a swarm. Each ends at the first violation, or when there were enough seeds or time.
 */
import { relative } from 'node:path';
import { formatProblems, loadPlan, type Catalogue, type Plan } from '../plan/index.ts';
import { ExplorationFolder } from '../explore/exploration-folder.ts';
import { explore } from '../explore/explore.ts';
import type { Judged } from '../explore/outcome.ts';
import { spaceOf } from '../explore/space.ts';
import type { Threads } from '../explore/threads.ts';
import { runPlan } from '../runner/run.ts';
import { subSeed } from '../runner/seeds.ts';
import { BadPlan, type Aim } from './agenda.ts';
import type { Row, Way } from './rows.ts';

export interface SearchOptions {
  readonly catalogue: Catalogue;
  readonly threads: Threads;
  readonly jobs: number;
  /** Each bug has a first seed of its own, drawn from this one. */
  readonly seed: number;
  /** At most so many seeds in a simulation, and so many runs on processes. */
  readonly seeds: number;
  readonly tries: number;
  /** Nothing is begun after so much wall time for one row, ms. */
  readonly duration: number;
  readonly out: string;
  /** Gets the plans that found something. */
  readonly folder: ExplorationFolder;
  readonly signal: AbortSignal;
  /** Hears how many seeds are over. */
  readonly onSeeds: (seeds: number) => void;
}

type Found = Pick<Row, 'found' | 'seeds' | 'virtual' | 'checkers' | 'summary' | 'saved'>;

/** One row of the matrix. */
export async function look(aim: Aim, way: Way, host: Row['host'], options: SearchOptions): Promise<Row> {
  const { system, bug } = aim;
  const first = subSeed(options.seed, `${system}/${bug}/${way}/${host}`) >>> 0;
  const file = way === 'plan' ? aim.own : aim.swarm;
  const begin = performance.now();
  const found =
    file === undefined
      ? NOT_FOUND
      : await (way === 'swarm' ? bySwarm : host === 'sim' ? bySeeds : onProcesses)(
          planWith(file, aim, host, first, options.catalogue),
          first,
          options,
        );
  return {
    ...{ system, bug, way, host },
    plan: file === undefined ? null : relative(process.cwd(), file),
    first,
    wall: performance.now() - begin,
    ...found,
  };
}

const NOT_FOUND: Found = { found: false, seeds: 0, virtual: 0, checkers: [], summary: null, saved: null };

/** As the file has it, but for the bug, the host and the seed. */
function planWith(
  file: string,
  { system, bug }: Aim,
  host: Row['host'],
  seed: number,
  catalogue: Catalogue,
): Plan {
  const set = [`system.bugs=[${bug}]`, 'expect=invalid', 'onViolation=stop'];
  const loaded = loadPlan(file, { host, seed, set }, catalogue);
  if ('problems' in loaded) throw new BadPlan(formatProblems(loaded.problems));
  if (loaded.plan.system.name !== system)
    throw new BadPlan(`${file} is a plan of ${loaded.plan.system.name}`);
  return loaded.plan;
}

async function bySwarm(plan: Plan, first: number, options: SearchOptions): Promise<Found> {
  const { jobs, seeds, duration, signal, catalogue, threads, onSeeds } = options;
  const { tally, failures } = await explore(spaceOf(plan, catalogue), {
    runner: threads,
    ...{ first, seeds, duration, jobs, signal },
    steer: true,
    keepGoing: false,
    marks: {},
    save: (found) => save(found, plan, options),
    onSeed: (explored) => onSeeds(explored.tally.seeds),
  });
  const group = failures.groups.find(({ checker }) => checker !== 'harness');
  for (const { checker, summary } of failures.groups)
    if (checker === 'harness') process.stderr.write(`${plan.name}: ${summary}\n`);
  return {
    found: group !== undefined,
    seeds: tally.seeds,
    virtual: tally.virtual,
    checkers: group === undefined ? [] : [group.checker],
    summary: group?.summary ?? null,
    saved: group?.failures[0]?.plan ?? null,
  };
}

/** The plan as it is, with one seed after the other, on all threads. */
async function bySeeds(plan: Plan, first: number, options: SearchOptions): Promise<Found> {
  const { jobs, threads, signal, onSeeds } = options;
  const deadline = performance.now() + options.duration;
  const stop = new AbortController();
  const any = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  let [seeds, virtual] = [0, 0];
  let violation: { readonly plan: Plan; readonly outcome: Judged } | undefined;
  const lane = async (): Promise<void> => {
    while (!any.aborted && next < options.seeds && performance.now() < deadline) {
      const candidate = { ...plan, seed: (first + next++) % 2 ** 32 };
      const outcome = await threads.run(candidate, any);
      if (outcome.kind === 'aborted') return;
      onSeeds(++seeds);
      if (outcome.kind !== 'judged') {
        process.stderr.write(`${plan.name}, seed ${candidate.seed}: ${outcome.kind}\n`);
        continue;
      }
      virtual += outcome.virtual;
      if (outcome.verdict !== 'invalid') continue;
      violation ??= { plan: candidate, outcome };
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  if (violation === undefined) return { ...NOT_FOUND, seeds, virtual };
  const saved = save(violation.plan, plan, options);
  return { found: true, seeds, virtual, saved, ...seenBy(violation.outcome.problems) };
}

/** Real processes, one run after the other: they have the machine to themselves. */
async function onProcesses(plan: Plan, first: number, options: SearchOptions): Promise<Found> {
  const { signal, onSeeds, out, tries, duration } = options;
  const deadline = performance.now() + duration;
  let runs = 0;
  while (runs < tries && !signal.aborted && performance.now() < deadline) {
    const candidate = { ...plan, seed: (first + runs++) % 2 ** 32 };
    const { verdict } = await runPlan(candidate, {
      out,
      signal,
      onEvent: () => undefined,
      reproduce: (folder) => [`faultline replay ${relative(process.cwd(), folder)}`],
    });
    onSeeds(runs);
    if (verdict.verdict !== 'invalid') continue;
    const saved = save(candidate, plan, options);
    return { found: true, seeds: runs, virtual: null, saved, ...seenBy(verdict.checks) };
  }
  return { ...NOT_FOUND, seeds: runs, virtual: null };
}

function seenBy(
  checks: readonly { readonly checker: string; readonly verdict: string; readonly summary: string }[],
): Pick<Row, 'checkers' | 'summary'> {
  const broken = checks.filter(({ verdict }) => verdict === 'invalid');
  return { checkers: broken.map(({ checker }) => checker), summary: broken[0]?.summary ?? null };
}

/** Under a name that says which bug it has: one folder holds them all. */
function save(found: Plan, { name, system }: Plan, { folder }: SearchOptions): string {
  const bugs = system.bugs.filter((bug) => !name.includes(bug));
  const file = folder.savePlan({ ...found, name: [name, ...bugs].join('-').slice(0, 100) });
  return relative(process.cwd(), file);
}
