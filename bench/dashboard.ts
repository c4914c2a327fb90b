/**
 * `npm run bench:dashboard`: what the dashboard costs, and how soon it shows a violation. Every figure is of
 * the built program in a real pseudo-terminal. `--only cost|run|violation` runs one part.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Op } from '../harness/history/op.ts';
import { runVerdictSchema } from '../harness/store/verdict.ts';
import { Terminal } from '../harness/tui/testing/terminal.ts';

const built = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const only = process.argv[process.argv.indexOf('--only') + 1] ?? '';
const wanted = (part: string): boolean => !process.argv.includes('--only') || only === part;
const line = (name: string, figure: string, goal: string): void =>
  console.log(`${name.padEnd(48)} ${figure.padEnd(34)} ${goal}`);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Clock ticks of /proc a second. */
const TICKS = 100;
const SECONDS = 10;

mkdirSync('results', { recursive: true });
const folder = mkdtempSync(join('results', 'bench-dashboard-'));
try {
  if (wanted('cost')) {
    await cost(80, 24);
    await cost(160, 50);
  }
  if (wanted('run')) await besideARun();
  if (wanted('violation')) await violation();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The dashboard alone, told what a run of 5,000 ops/s tells, in a process of its own. */
async function cost(columns: number, rows: number): Promise<void> {
  const stage = built('../harness/tui/dashboard/fixtures/stage.js');
  const terminal = new Terminal(process.execPath, [stage, 'storm', folder, String(SECONDS)], {
    columns,
    rows,
  });
  const screen = await terminal.until('over {', (SECONDS + 30) * 1000);
  terminal.close();
  // What the stage prints.
  const { share, fps } = JSON.parse(/over (\{.*\})/.exec(screen)![1]!) as { share: number; fps: number };
  line(
    `dashboard alone, ${columns}×${rows}, ${fps.toFixed(1)} frames/s`,
    `${percent(share)} of a core`,
    'goal: under 5 %',
  );
}

/** The whole harness with 5,000 ops/s asked for, as a dashboard and as plain lines. */
async function besideARun(): Promise<void> {
  const shares: Record<'dashboard' | 'plain', number[]> = { dashboard: [], plain: [] };
  for (let round = 0; round < 2; round++) {
    for (const how of ['dashboard', 'plain'] as const) {
      const terminal = faultline(
        'plans/raft-kv.yaml',
        ...['--time', `${SECONDS + 4}s`, '--set', 'workload.rate=5000/s', '--set', 'workload.clients=50'],
        ...['--set', 'nemesis=[]', '--set', 'workload.keys=100'],
        ...(how === 'plain' ? ['--plain'] : []),
      );
      await terminal.until('first operation answered');
      await sleep(2000);
      const before = ticksOf(terminal.pid);
      await sleep(SECONDS * 1000);
      shares[how].push((ticksOf(terminal.pid) - before) / TICKS / SECONDS);
      await terminal.exited;
      terminal.close();
    }
  }
  const all = (how: keyof typeof shares): string => shares[how].map(percent).join(', ');
  line('harness at 5,000 ops/s with the dashboard', `${all('dashboard')} of a core`, '');
  line('  with plain lines', `${all('plain')} of a core`, '');
  line(
    '  difference',
    percent(median(shares.dashboard) - median(shares.plain)),
    'goal: under 5 %, noise beside',
  );
}

/** From the completion that proves it to the banner on the screen, by the wall clock. */
async function violation(): Promise<void> {
  const delays: number[] = [];
  for (let round = 0; round < 5; round++) {
    const terminal = faultline('plans/bugs/raft-kv/stale-read.yaml', '--seed', String(round + 1));
    await terminal.until('nothing explains', 90_000);
    const shown = Date.now();
    terminal.type('s');
    await terminal.exited;
    terminal.close();
    const run = join(folder, 'latest');
    const { seen, started } = runVerdictSchema.parse(
      JSON.parse(readFileSync(join(run, 'verdict.json'), 'utf8')),
    );
    const lines = readFileSync(join(run, 'history.jsonl'), 'utf8').split('\n').slice(0, -1);
    // The harness wrote it.
    const ops = lines.map((text) => JSON.parse(text) as Op);
    const { process, index } = ops[seen!.index]!;
    const proof = ops.find((op) => op.process === process && op.index > index)!;
    delays.push(shown - Date.parse(started) - proof.time / 1e6);
  }
  line(
    'from the op that proves a violation to the banner',
    `${Math.round(median(delays))} ms, at most ${Math.round(Math.max(...delays))} ms`,
    `goal: within 2 s (${delays.map(Math.round).join(', ')})`,
  );
}

function faultline(...args: string[]): Terminal {
  const command = [built('../harness/cli/main.js'), 'run', ...args, '--out', folder];
  return new Terminal(process.execPath, command, { columns: 80, rows: 24 });
}

/** CPU time of a process with all its threads. */
function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
