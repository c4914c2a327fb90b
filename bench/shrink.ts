/**
 * Every seeded bug that has a plan: how small does its failure become? Each plan is simulated under the seeds
 * from 1 on, which nobody has picked, until one fails; that run is shrunk. `npm run bench:shrink -- NAME...`
 * for some of them, `--budget 60s` for the time that each may take.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  formatProblems,
  loadCatalogue,
  loadPlan,
  parseDuration,
  type Catalogue,
} from '../harness/plan/index.ts';
import { simulate } from '../harness/runner/simulate.ts';
import { sizeOf, type Failing, type Size } from '../harness/shrink/failing.ts';
import { shrinkRun } from '../harness/shrink/shrink.ts';
import { violationsOf, violationText } from '../harness/shrink/violation.ts';

const FOLDER = 'plans/bugs/raft-kv';
const SEEDS = 200;

interface Row {
  readonly bug: string;
  readonly cells: readonly string[];
  readonly size: Size | undefined;
}

const args = process.argv.slice(2);
const at = args.indexOf('--budget');
const budget = parseDuration(at < 0 ? '60s' : (args[at + 1] ?? ''), { positive: true });
if ('problem' in budget) throw new Error(`--budget: ${budget.problem}`);
const named = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
const catalogue = await loadCatalogue();

const rows: Row[] = [];
for (const file of readdirSync(FOLDER).sort()) {
  const bug = basename(file, '.yaml');
  if (named.length > 0 && !named.includes(bug)) continue;
  const row = await measured(bug, join(FOLDER, file), catalogue, budget.value);
  rows.push(row);
  process.stderr.write(`${bug}: ${row.cells.join(' · ')}\n`);
}
const sizes = rows.flatMap(({ size }) => size ?? []);
const head = [
  'bug',
  'seed',
  'found in',
  'as it was',
  'nodes',
  'clients',
  'keys',
  'faults',
  'ops',
  'time',
  'runs',
  'took',
  'violation',
];
const lines = [head, head.map(() => '---'), ...rows.map(({ bug, cells }) => [bug, ...cells])];
process.stdout.write(lines.map((line) => `| ${line.join(' | ')} |\n`).join(''));
process.stdout.write(
  `\nmedian of ${sizes.length}: ${median(sizes.map(({ ops }) => ops))} operations, ${median(sizes.map(({ faults }) => faults))} faults\n`,
);

async function measured(bug: string, file: string, catalogue: Catalogue, budget: number): Promise<Row> {
  const begin = performance.now();
  const found = await firstFailing(file, catalogue);
  if (found === undefined) return { bug, cells: [`none of ${SEEDS}`], size: undefined };
  const took = performance.now() - begin;
  const shrunk = await shrinkRun(found.plan, { catalogue, budget });
  if (shrunk === undefined)
    return { bug, cells: [`${found.plan.seed}`, 'does not fail again'], size: undefined };
  const [before, size] = [sizeOf(found), sizeOf(shrunk.smallest)];
  const cells = [
    found.plan.seed,
    seconds(took),
    `${before.ops} ops, ${before.faults} faults`,
    size.nodes,
    size.clients,
    size.keys,
    size.faults,
    size.ops,
    `${Math.round(size.time)} ms`,
    shrunk.tried,
    `${seconds(shrunk.elapsed)}${shrunk.minimal ? '' : ', not done'}`,
    violationText(shrunk.violation),
  ];
  return { bug, cells: cells.map(String), size };
}

async function firstFailing(file: string, catalogue: Catalogue): Promise<Failing | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const loaded = loadPlan(file, { host: 'sim', seed }, catalogue);
    if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
    const run = await simulate(loaded.plan);
    if (violationsOf(run).length > 0) return { plan: loaded.plan, run };
  }
  return undefined;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0
    ? Number.NaN
    : ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
