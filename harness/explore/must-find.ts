/**
 * `npm run must-find`: every seeded bug of a system must be found by exploring one plan, from seeds that
 * nobody chose: the first one is drawn at random and printed, or given. A row a bug; exit code 1 when one
 * is not found.
 *
 *   npm run must-find -- [PLAN] [--bug NAME]... [--seed N] [--seeds N] [--for 10m] [--jobs N] [--out DIR]
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { interruption } from '../cli/interruption.ts';
import { count, milliseconds } from '../cli/text.ts';
import { formatProblems, loadCatalogue, loadPlan, parseDuration, type Catalogue } from '../plan/index.ts';
import { environment } from '../runner/environment.ts';
import { subSeed } from '../runner/seeds.ts';
import { ExplorationFolder } from './exploration-folder.ts';
import { explore } from './explore.ts';
import { spaceOf } from './space.ts';
import { seedThreads, type Threads } from './threads.ts';

const PLAN = 'plans/explore/raft-kv.yaml';
/**
 * Bugs of something that a plan for all else leaves off, and those that need elections to be lost and won in
 * a row, which a swarm over everything comes upon in a thousand seeds.
 */
const PLANS: { readonly [bug: string]: string } = {
  'lease-without-clock-bound': 'plans/explore/raft-kv-lease.yaml',
  'commit-by-count': 'plans/explore/raft-kv-figure-8.yaml',
  'vote-not-persisted': 'plans/explore/raft-kv-votes.yaml',
};
const MAX_SEEDS = 20_000;
const MAX_TIME = '20m';
const SEED_LIMIT_MS = 120_000;
const THREAD_MEMORY = 2 ** 30;

/** How one bug was found, or was not. */
interface Row {
  readonly bug: string;
  /** The plan that was explored. */
  readonly explored: string;
  readonly found: boolean;
  readonly first: number;
  /** Seeds until it was found, or until there were enough. */
  readonly seeds: number;
  /** Wall ms; virtual ms. */
  readonly wall: number;
  readonly virtual: number;
  readonly checker: string | null;
  readonly summary: string | null;
  /** The plan of the seed that found it. */
  readonly plan: string | null;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bug: { type: 'string', multiple: true },
    seed: { type: 'string' },
    seeds: { type: 'string', default: String(MAX_SEEDS) },
    for: { type: 'string', default: MAX_TIME },
    jobs: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string', default: 'results/must-find' },
  },
});
const given = positionals[0];
const file = given ?? PLAN;
const seed = options.seed === undefined ? randomInt(2 ** 31) : whole('seed', options.seed);
const jobs = whole('jobs', options.jobs);
const seeds = whole('seeds', options.seeds);
const duration = parseDuration(options.for);
if ('problem' in duration) throw new Error(`--for: ${duration.problem}`);

const catalogue = await loadCatalogue();
const interrupt = interruption(console.log);
const start = new Date();
const folder = new ExplorationFolder(options.out, 'plans', seed, start);
const rows: Row[] = [];
const bugs = options.bug ?? Object.keys(catalogue.systems[systemOf(file, catalogue)]!.bugs);
const threads = seedThreads({ threads: jobs, limit: SEED_LIMIT_MS, memory: THREAD_MEMORY });
console.log(`${file}, ${bugs.length} seeded bugs, from seed ${seed} on ${jobs} threads`);
console.log(line('bug', 'seeds', 'wall', 'virtual', 'found by'));
try {
  for (const bug of bugs) {
    const row = await find(bug, threads);
    if (interrupt.signal.aborted) break;
    rows.push(row);
    console.log(
      line(
        bug,
        count(row.seeds),
        milliseconds(row.wall),
        milliseconds(row.virtual),
        row.found ? row.checker! : 'NOT FOUND',
      ),
    );
  }
} finally {
  await threads.close();
}
mkdirSync(options.out, { recursive: true });
const report = join(
  options.out,
  `${start
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '')}-${seed}.json`,
);
writeFileSync(
  report,
  `${JSON.stringify({ plan: file, seed, jobs, environment: environment(), bugs: rows }, null, 2)}\n`,
);
const found = rows.filter((row) => row.found).length;
console.log(`${found} of ${bugs.length} found; ${relative(process.cwd(), report)}`);
process.exitCode = interrupt.signal.aborted ? 130 : found === bugs.length ? 0 : 1;
interrupt.dispose();

/** Each bug from a first seed of its own. */
async function find(bug: string, runner: Threads): Promise<Row> {
  const first = subSeed(seed, bug) >>> 0;
  const explored = given ?? PLANS[bug] ?? PLAN;
  const loaded = loadPlan(
    explored,
    { host: 'sim', seed: first, set: [`system.bugs=[${bug}]`, 'expect=invalid'] },
    catalogue,
  );
  if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
  const begin = performance.now();
  const space = spaceOf(loaded.plan, catalogue);
  const { tally, failures } = await explore(space, {
    runner,
    first,
    seeds,
    duration: 'value' in duration ? duration.value : Infinity,
    jobs,
    steer: true,
    keepGoing: false,
    signal: interrupt.signal,
    marks: {},
    save: (plan) => relative(process.cwd(), folder.savePlan({ ...plan, name: `${plan.name}-${bug}` })),
  });
  const violation = failures.groups.find(({ checker }) => checker !== 'harness');
  for (const { checker, summary } of failures.groups)
    if (checker === 'harness') console.error(`${bug}: ${summary}`);
  return {
    bug,
    explored,
    found: violation !== undefined,
    first,
    seeds: tally.seeds,
    wall: performance.now() - begin,
    virtual: tally.virtual,
    checker: violation?.checker ?? null,
    summary: violation?.summary ?? null,
    plan: violation?.failures[0]?.plan ?? null,
  };
}

function systemOf(file: string, catalogue: Catalogue): string {
  const loaded = loadPlan(file, { host: 'sim' }, catalogue);
  if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
  return loaded.plan.system.name;
}

function whole(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name}: expected a whole number, found ${text}`);
  return Number(text);
}

function line(bug: string, ...[seeds, wall, virtual, by]: readonly string[]): string {
  return `${bug.padEnd(26)} ${seeds!.padStart(7)} ${wall!.padStart(9)} ${virtual!.padStart(10)}  ${by}`;
}
