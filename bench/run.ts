/**
 * `npm run bench:run`: the figures that the harness promises, as ratios taken in one run.
 * `--only noop|puts|start` runs one part.
 */
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcessHost } from '../harness/hosts/process/index.ts';
import { defaultOptions } from '../harness/plan/index.ts';
import { systems } from '../systems/index.ts';
import { startEtcd } from './etcd.ts';
import { putsPerSecond } from './puts.ts';

const only = process.argv[process.argv.indexOf('--only') + 1] ?? '';
const wanted = (part: string): boolean => !process.argv.includes('--only') || only === part;
const line = (name: string, figure: string, goal: string): void =>
  console.log(`${name.padEnd(44)} ${figure.padEnd(34)} ${goal}`);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

// On the disk that results go to, not in a temporary folder that may live in memory.
mkdirSync('results', { recursive: true });
const folder = mkdtempSync(join('results', 'bench-'));
try {
  if (wanted('noop')) await noop();
  if (wanted('puts')) await puts();
  if (wanted('start')) await start();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The harness alone, on one core, a million operations. */
async function noop(): Promise<void> {
  const program = fileURLToPath(new URL('./noop.js', import.meta.url));
  const command = [process.execPath, program, '1000000', folder];
  const pinned = await execa('taskset', ['-c', '0', ...command], { reject: false });
  const { stdout } = pinned.failed ? await execa(command[0]!, command.slice(1)) : pinned;
  const result = JSON.parse(stdout) as {
    opsPerSecond: number;
    peakRssMB: number;
    ops: number;
    bytes: number;
  };
  line(
    'harness alone, no-op system, one core',
    `${Math.round(result.opsPerSecond)} ops/s = ${(result.opsPerSecond / 50_000).toFixed(2)} × Jepsen’s 50,000`,
    'goal: at least 1',
  );
  line(`  memory for ${result.ops} ops recorded`, `${Math.round(result.peakRssMB)} MB`, 'goal: under 300 MB');
}

/** raft-kv against etcd, three nodes each, in turns on the same machine and disk. */
async function puts(): Promise<void> {
  const rates: { raft: number[]; etcd: number[] } = { raft: [], etcd: [] };
  for (let round = 0; round < 3; round++) {
    rates.raft.push(await raftPuts(join(folder, `raft-${round}`)));
    const etcd = await startEtcd(join(folder, `etcd-${round}`), 3);
    if (etcd === undefined) continue;
    rates.etcd.push(
      await putsPerSecond(etcd.system, { bugs: [], options: {} }, () => ({}) as never, folder, 5000),
    );
    await etcd.stop();
  }
  line(
    'raft-kv, 3 nodes, fsync, 50 clients',
    `${Math.round(median(rates.raft))} puts/s`,
    `(${rates.raft.map(Math.round).join(', ')})`,
  );
  if (rates.etcd.length === 0)
    return line('  against etcd', 'etcd is not installed', 'apt-get install etcd-server');
  line(
    'etcd 3.4, the same, through its JSON gateway',
    `${Math.round(median(rates.etcd))} puts/s`,
    `(${rates.etcd.map(Math.round).join(', ')})`,
  );
  line('  ratio', `${(median(rates.raft) / median(rates.etcd)).toFixed(2)}`, 'goal: at least 1');
}

async function raftPuts(directory: string): Promise<number> {
  mkdirSync(directory, { recursive: true });
  const { system } = await systems['raft-kv']!();
  const config = { bugs: [], options: defaultOptions(system) };
  const host = await startProcessHost({
    system: 'raft-kv',
    ...config,
    nodes: ['n1', 'n2', 'n3'],
    directory,
    seed: 1,
    onEvent: (event) => console.error(event),
  });
  try {
    return await putsPerSecond(system, config, (process) => host.clientEnv(process), folder, 5000);
  } finally {
    await host.stop();
  }
}

/** From the command to the first operation answered, five nodes. */
async function start(): Promise<void> {
  const main = fileURLToPath(new URL('../harness/cli/main.js', import.meta.url));
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = performance.now();
    const child = execa(
      process.execPath,
      [
        main,
        'run',
        'plans/raft-kv.yaml',
        '--time',
        '1s',
        '--set',
        'nemesis=[]',
        '--set',
        'require.okOps=1',
        '--out',
        folder,
      ],
      { reject: false },
    );
    for await (const text of child) {
      if (String(text).includes('first operation answered')) times.push(performance.now() - begin);
    }
    await child;
  }
  line(
    'command to first operation answered, 5 nodes',
    `${(median(times) / 1000).toFixed(2)} s`,
    `goal: under 2 s (${times.map((t) => (t / 1000).toFixed(2)).join(', ')})`,
  );
}
