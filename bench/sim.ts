/**
 * `npm run bench:sim`: how fast and how large simulations are, checking included, on one core.
 *
 * Five nodes, ten clients, 100 operations a second, all fault families that the simulated host offers, each
 * in a lane of its own. `--seeds N` seeds are measured after as many for warming up (40 by default), then
 * memory is watched over `--memory N` shorter ones (1000 by default).
 */
import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatProblems, loadCatalogue, nemesisEntry, type Plan } from '../harness/plan/index.ts';
import { resolvePlan } from '../harness/plan/resolve.ts';
import { simulate } from '../harness/runner/simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '40' },
    memory: { type: 'string', default: '1000' },
    pinned: { type: 'boolean', default: false },
  },
});
const line = (name: string, figure: string, goal = ''): void =>
  console.log(`${name.padEnd(44)} ${figure.padEnd(40)} ${goal}`.trimEnd());
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const median = (numbers: readonly number[]): number => sorted(numbers)[numbers.length >> 1]!;

// One core: the same program again, where it can be tied to one.
if (!values.pinned) {
  const program = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2), '--pinned'];
  const tied = await execa('taskset', ['-c', '0', process.execPath, ...program], {
    reject: false,
    stdio: 'inherit',
  });
  process.exit(
    tied.exitCode ?? (await execa(process.execPath, program, { reject: false, stdio: 'inherit' })).exitCode,
  );
}

const plan = await planOf(20);
const warm = await measure(plan, Number(values.seeds), 1);
const speeds = await measure(plan, Number(values.seeds), 1001);
line(
  `5 nodes, 10 clients, 100 ops/s, ${plan.nemesis.length} fault families`,
  `${median(speeds.map(({ speed }) => speed)).toFixed(0)} virtual s a second`,
  'goal: at least 300',
);
line(
  '  of the seeds, least and most',
  sorted(speeds.map(({ speed }) => Math.round(speed)))
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join(' – '),
);
line('  by the time its core gave it', median(speeds.map(({ cpu }) => cpu)).toFixed(0));
line('  the same before it was warm', `${median(warm.map(({ cpu }) => cpu)).toFixed(0)}`);
line('  events a second', `${median(speeds.map(({ events }) => events)).toFixed(0)}`);
line('  verdicts', tally(speeds.map(({ verdict }) => verdict)));
const memory = await watchMemory(await planOf(2), Number(values.memory));
line(
  `memory over ${memory.seeds} seeds of 2 s`,
  memory.figures.map((mb) => `${mb.toFixed(0)} MB`).join(' → '),
  'held after each tenth: flat',
);

interface Measured {
  /** Virtual s for each second, and for each second that a core was given: on a busy machine they differ. */
  readonly speed: number;
  readonly cpu: number;
  readonly events: number;
  readonly verdict: string;
}

async function measure(plan: Plan, seeds: number, first: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let seed = first; seed < first + seeds; seed++) {
    const begin = performance.now();
    const used = process.cpuUsage();
    const { virtual, events, verdict } = await simulate({ ...plan, seed }, { watched: false });
    const wall = performance.now() - begin;
    const { user, system } = process.cpuUsage(used);
    measured.push({
      speed: virtual / wall,
      cpu: virtual / ((user + system) / 1000),
      events: (events * 1000) / wall,
      verdict,
    });
  }
  return measured;
}

/** What is held after each tenth of the seeds, once garbage is collected. */
async function watchMemory(
  plan: Plan,
  seeds: number,
): Promise<{ seeds: number; figures: readonly number[] }> {
  const figures: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    await simulate({ ...plan, seed }, { watched: false });
    if ((seed + 1) % Math.ceil(seeds / 10) !== 0) continue;
    globalThis.gc?.();
    figures.push(process.memoryUsage().heapUsed / 1e6);
  }
  return { seeds, figures };
}

/** Every family with its defaults, a few seconds apart. */
async function planOf(seconds: number): Promise<Plan> {
  const catalogue = await loadCatalogue();
  const text = `
name: bench
system: { name: raft-kv, nodes: 5 }
host: sim
workload: { name: kv, clients: 10, rate: 100/s }
time: ${seconds}s
`;
  const resolved = resolvePlan(text, 'bench.yaml', {}, catalogue);
  if ('problems' in resolved) throw new Error(formatProblems(resolved.problems));
  const { sim } = catalogue.hosts;
  const families = sim.available ? sim.faults : [];
  const nemesis = families.map((fault, lane) =>
    nemesisEntry({
      fault,
      every: `${seconds / 5}s`,
      for: `${seconds / 20}s`,
      after: `${(lane * seconds) / 20}s`,
    }),
  );
  return { ...resolved.plan, nemesis };
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
