/**
 * `npm run bench:inspect [RUN]`: a run of a million operations in the inspector, in a real pseudo-terminal: until
 * the first screen, until all of it is indexed, from a key to the screen that it leads to (while the index is
 * made, after it, and while a filter searches), how long a filter takes, and how much memory. Without RUN a run is
 * simulated first, which takes a minute or two.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue, loadPlan } from '../harness/plan/index.ts';
import { runPlan } from '../harness/runner/run.ts';
import { RunFolder } from '../harness/store/run-folder.ts';
import { Terminal } from '../harness/tui/testing/terminal.ts';

const PROGRAM = fileURLToPath(new URL('../harness/cli/main.js', import.meta.url));
const PLAN = 'plans/bugs/raft-kv/stale-read.yaml';
const ROUNDS = 5;
const STEPS = 40;
const DOWN = '\x1b[B';
const PAGE_DOWN = '\x1b[6~';
const SIZE = { columns: 120, rows: 40 };

const given = process.argv[2];
mkdirSync('results', { recursive: true });
const out = given === undefined ? mkdtempSync(join('results', 'bench-')) : undefined;
try {
  await measure(given ?? (await simulated(out!)));
} finally {
  if (out !== undefined) rmSync(out, { recursive: true, force: true });
}

async function simulated(out: string): Promise<string> {
  const set = ['onViolation=continue', 'workload.rate=1000/s', 'workload.keys=50'];
  const loaded = loadPlan(PLAN, { host: 'sim', seed: '1', time: '1020s', set }, await loadCatalogue());
  if ('problems' in loaded) throw new Error(loaded.problems[0]!.message);
  const { folder } = await runPlan(loaded.plan, {
    out,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    reproduce: () => [],
  });
  return folder;
}

async function measure(run: string): Promise<void> {
  const { history } = new RunFolder(run);
  console.log(`history              ${(statSync(history).size / 1e6).toFixed(0)} MB`);
  const firsts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timed(() => ended(new Terminal(process.execPath, [PROGRAM, '--version'], SIZE))));
    const begin = performance.now();
    const terminal = inspect(run);
    await terminal.frame('[1 summary]');
    firsts.push(performance.now() - begin);
    await quit(terminal);
  }
  console.log(`faultline --version  ${text(bare)}`);
  console.log(`first screen         ${text(firsts)}   goal: under 2,000 ms`);

  const begin = performance.now();
  const terminal = inspect(run);
  await terminal.frame('[1 summary]');
  terminal.type('2');
  await terminal.frame('[2 ops]');
  console.log(`step while indexing  ${text(await steps(terminal, DOWN, 1, 2))}`);
  await terminal.frame(/^(?!.*reading)/s, 120_000);
  console.log(`indexed after        ${(performance.now() - begin).toFixed(0)} ms`);
  const length = Number(/of ([\d,]+) ops/.exec(terminal.text())![1]!.replaceAll(',', ''));
  console.log(`ops                  ${length.toLocaleString('en-US')}`);
  console.log(`step                 ${text(await steps(terminal, DOWN, 1, STEPS + 2))}`);
  const page = terminal.lines().length - 7;
  console.log(`page                 ${text(await steps(terminal, PAGE_DOWN, page, undefined))}`);
  console.log(
    `to the end           ${(await timed(async () => press(terminal, '\x1b[F', `${length.toLocaleString('en-US')} of`))).toFixed(0)} ms`,
  );
  console.log(
    `to the middle        ${(await timed(async () => press(terminal, 'g510s\r', /▶.* 510\.000/))).toFixed(0)} ms`,
  );
  await press(terminal, '\x1b[H', / 1 of/);

  const search = performance.now();
  await press(terminal, '/key=k7 type=ok\r', 'that match');
  await terminal.frame(/ 1 of [\d,]{2,} that match/);
  console.log(`first matches        ${(performance.now() - search).toFixed(0)} ms`);
  console.log(`step while searching ${text(await steps(terminal, DOWN, 1, 2))}`);
  await terminal.frame(/^(?!.*searching)/s, 120_000);
  console.log(`filter, all ops      ${(performance.now() - search).toFixed(0)} ms`);
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${terminal.pid}/status`, 'utf8'))?.[1];
  console.log(`memory at most       ${(Number(peak) / 1000).toFixed(0)} MB`);
  await quit(terminal);
}

function inspect(run: string): Terminal {
  return new Terminal(process.execPath, [PROGRAM, 'inspect', run], SIZE);
}

/** From each key to its screen, ms; the cursor moves by `by`. `from`: where the first key leads. */
async function steps(
  terminal: Terminal,
  key: string,
  by: number,
  from: number | undefined,
): Promise<readonly number[]> {
  const times: number[] = [];
  let at = from ?? place(terminal) + by;
  for (let step = 0; step < STEPS; step++, at += by) {
    times.push(await timed(() => press(terminal, key, ` ${at.toLocaleString('en-US')} of`)));
  }
  return times;
}

function place(terminal: Terminal): number {
  return Number(/ ([\d,]+) of/.exec(terminal.text())![1]!.replaceAll(',', ''));
}

async function press(terminal: Terminal, keys: string, shows: string | RegExp): Promise<void> {
  terminal.type(keys);
  await terminal.frame(shows);
}

async function quit(terminal: Terminal): Promise<void> {
  terminal.type('q');
  await terminal.exited;
  terminal.close();
}

async function ended(terminal: Terminal): Promise<void> {
  await terminal.exited;
  terminal.close();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Median and worst. */
function text(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]!.toFixed(0).padStart(5)} ms   worst ${sorted.at(-1)!.toFixed(0)} ms`;
}
