/**
 * `npm run bench:mapreduce`: word count of 100 MB by a coordinator and two workers, each a process, against
 * the sequential run in one process. In turns, in one run, on the same files; what counts is the ratio.
 *
 * The input lies on every worker's disk before anything starts, as it would in a shared file system. The
 * outputs are compared. `--mb N` and `--rounds N` make it smaller or more certain.
 */
import { execa } from 'execa';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startProcessHost } from '../harness/hosts/process/index.ts';
import { defaultOptions } from '../harness/plan/index.ts';
import type { Json } from '../systems/contract.ts';
import { systems } from '../systems/index.ts';
import { processorTimeAt } from './mapreduce/processor-time.ts';
import { makeText } from './mapreduce/text.ts';

const FILES = 16;
const REDUCERS = 4;
const SEQUENTIAL = fileURLToPath(new URL('./mapreduce/sequential.js', import.meta.url));
const TIMEOUT = 600_000;

const { values } = parseArgs({
  options: { mb: { type: 'string', default: '100' }, rounds: { type: 'string', default: '3' } },
});
const [megabytes, rounds] = [Number(values.mb), Number(values.rounds)];
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;

/** On the disk that results go to, not in a temporary folder that may live in memory. */
mkdirSync('results', { recursive: true });
const folder = mkdtempSync(join('results', 'bench-mapreduce-'));
try {
  const names = Array.from({ length: FILES }, (_, at) => `input-${at}`);
  const input = join(folder, 'input');
  mkdirSync(input);
  for (const [at, name] of names.entries()) {
    writeFileSync(join(input, name), makeText(at, (megabytes * 1e6) / FILES));
  }
  console.log(
    `word count of ${megabytes} MB in ${FILES} files, ${REDUCERS} partitions; load ${loadavg()[0]!.toFixed(1)}`,
  );
  const times: { sequential: number[]; workers: number[] } = { sequential: [], workers: [] };
  for (let round = 0; round < rounds; round++) {
    const sequential = await runSequentially(input, names);
    const workers = await runOnWorkers(join(folder, `round-${round}`), input, names);
    if (workers.output !== sequential.output) throw new Error('the outputs differ');
    times.sequential.push(sequential.ms);
    times.workers.push(workers.ms);
    console.log(`  sequential ${shown(sequential)}, two workers ${shown(workers)}`);
  }
  const ratio = median(times.sequential) / median(times.workers);
  console.log(
    `medians: sequential ${seconds(median(times.sequential))}, two workers ${seconds(median(times.workers))}: ${ratio.toFixed(2)} × as fast (goal: more than 1)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Run {
  /** From the first byte read to the output on disk. */
  readonly ms: number;
  /** Processor time of the process, start included; of the worker that needed most. */
  readonly processor: number;
  /** Lengths and checksums of the partitions. */
  readonly output: string;
}

async function runSequentially(input: string, names: readonly string[]): Promise<Run> {
  const { stdout } = await execa(process.execPath, [SEQUENTIAL, input, String(REDUCERS), ...names]);
  return JSON.parse(stdout) as Run;
}

async function runOnWorkers(directory: string, input: string, names: readonly string[]): Promise<Run> {
  const { system } = await systems['mapreduce']!();
  const config = { bugs: [], options: { ...defaultOptions(system), attemptTimeout: TIMEOUT } };
  for (const worker of ['n2', 'n3']) {
    const data = join(directory, worker, 'data');
    mkdirSync(data, { recursive: true });
    for (const name of names) linkSync(join(input, name), join(data, name));
  }
  const host = await startProcessHost({
    system: 'mapreduce',
    ...config,
    nodes: ['n1', 'n2', 'n3'],
    directory,
    seed: 1,
    onEvent: (event) => console.error(event),
  });
  try {
    const client = system.createClient(host.clientEnv(1), config);
    const spec: Json = { kind: 'word-count', reducers: REDUCERS, files: [...names] };
    const begin = performance.now();
    const answer = await new Promise<Json>((resolve, reject) => {
      client.invoke({ f: 'run', key: 'bench', value: spec }, TIMEOUT, ({ type, value = null, error }) => {
        if (type === 'ok') resolve(value);
        else reject(new Error(`the run ended as ${type}: ${error ?? ''}`));
      });
    });
    const ms = performance.now() - begin;
    const used = ['n2', 'n3'].map((worker) => processorTimeAt(resolve(directory, worker)) ?? NaN);
    const { parts, failed } = answer as { readonly parts?: Json; readonly failed?: string };
    if (parts === undefined) throw new Error(`the job failed: ${failed ?? ''}`);
    return { ms, processor: Math.max(...used), output: JSON.stringify(parts) };
  } finally {
    await host.stop();
  }
}

/** On a machine with other work the processor time says more. */
function shown({ ms, processor }: Run): string {
  return `${seconds(ms)} (processor ${seconds(processor)})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
