/**
 * The harness alone: generator, clients, recorder and counting, driving an in-memory system that answers
 * at once. Run as its own process, pinned to one core by `run.ts`; prints one JSON line.
 *
 * `node noop.js OPS FOLDER`
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Stats } from '../checkers/stats.ts';
import { HistoryWriter } from '../harness/history/writer.ts';
import { readHistory } from '../harness/history/reader.ts';
import { Drawn } from '../harness/runner/drawn.ts';
import { Load } from '../harness/runner/load.ts';
import { RealTime } from '../harness/runner/real-time.ts';
import { Seconds } from '../harness/runner/seconds.ts';
import { randomOf } from '../harness/runner/seeds.ts';
import type { ClientEnv, System } from '../systems/contract.ts';
import { workloads } from '../workloads/index.ts';

const [ops, folder] = [Number(process.argv[2]), process.argv[3]!];

/** A key-value map in this process: as fast as a system can be. */
const store = new Map<string, string>();
const noop: System = {
  name: 'noop',
  about: 'answers at once, from memory',
  roles: [],
  leaderRole: '',
  nodes: { default: 1, min: 1, max: 1 },
  operations: ['get', 'put', 'cas'],
  bugs: {},
  options: {},
  createNode: () => {
    throw new Error('the no-op system has no nodes');
  },
  createClient: () => ({
    invoke: ({ f, key, value }, _timeout, done) => {
      if (f === 'put') store.set(key!, value as string);
      const [expected, next] = f === 'cas' ? (value as [string, string]) : [undefined, undefined];
      const hit = f !== 'cas' || store.get(key!) === expected;
      if (f === 'cas' && hit) store.set(key!, next!);
      done(
        hit
          ? { type: 'ok', ...(f === 'get' && { value: store.get(key!) ?? null }) }
          : { type: 'fail', error: 'mismatch' },
      );
    },
    close: () => {},
  }),
};

const start = performance.now();
const history = new HistoryWriter(
  join(folder, 'history.jsonl'),
  () => Math.round((performance.now() - start) * 1e6),
  (error) => {
    throw error;
  },
);
const workload = workloads['kv']!;
const seconds = new Seconds();
let completed = 0;
let done = (): void => {};
const enough = new Promise<void>((resolve) => (done = resolve));
const load = new Load({
  system: noop,
  config: { bugs: [], options: {} },
  workload,
  source: new Drawn(
    workload.generator({ keys: 10, ops: { get: 5, put: 3, cas: 2 } }, randomOf(42)),
    Infinity,
  ),
  clients: 10,
  opTimeout: 1000,
  timeline: new RealTime(),
  history,
  clientEnv: () => ({}) as ClientEnv, // the no-op client asks nothing of its env
  onCompletion: (completion, latency) => {
    seconds.add(completion, latency);
    if (++completed === ops) done();
  },
});
load.start();
await enough;
await load.drain();
history.close();
const elapsed = (performance.now() - start) / 1000;
const rss = process.resourceUsage().maxRSS * 1024;
load.close();

// Counting what is on the disk, not what we believe to have written.
const stats = new Stats();
let lines = 0;
for (const op of readHistory(join(folder, 'history.jsonl'))) {
  stats.push(op);
  lines++;
}
process.stdout.write(
  `${JSON.stringify({ ops: lines / 2, seconds: elapsed, opsPerSecond: completed / elapsed, peakRssMB: rss / 1e6, bytes: statSync(join(folder, 'history.jsonl')).size })}\n`,
);
