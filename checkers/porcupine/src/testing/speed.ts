/**
 * How long checks take, to look at; asserts nothing. `node dist/testing/speed.js [SEED]` after a build.
 */
import { checkOperations } from '../check.ts';
import { kv } from '../models/kv.ts';
import { simulate, withStaleRead, type Simulation } from './simulate.ts';

const PLAIN = { get: 5, put: 3, cas: 2, append: 0, delete: 0 };
const CASES: Readonly<Record<string, Omit<Simulation, 'seed'>>> = {
  '10 clients, 10 keys, 1 % unknown': {
    operations: 100_000,
    clients: 10,
    keys: 10,
    weights: PLAIN,
    unknown: 0.01,
  },
  '50 clients, 10 keys, 1 % unknown': {
    operations: 100_000,
    clients: 50,
    keys: 10,
    weights: PLAIN,
    unknown: 0.01,
  },
  '50 clients, 10 keys, 5 % in bursts': {
    operations: 300_000,
    clients: 50,
    keys: 10,
    weights: PLAIN,
    unknown: 0.05,
    bursts: true,
  },
  '50 clients, 1 key, 5 % unknown': {
    operations: 10_000,
    clients: 50,
    keys: 1,
    weights: PLAIN,
    unknown: 0.05,
  },
  '50 clients, 10 keys, appends, 1 % unknown': {
    operations: 100_000,
    clients: 50,
    keys: 10,
    weights: { get: 5, put: 2, cas: 1, append: 2, delete: 0 },
    unknown: 0.01,
  },
};

const seed = Number(process.argv[2] ?? 1);
for (const [name, options] of Object.entries(CASES)) {
  const valid = simulate({ ...options, seed });
  const appends = options.weights.append > 0;
  const histories = { valid, 'stale read': appends ? undefined : withStaleRead(valid, 0.5) };
  for (const [kind, history] of Object.entries(histories)) {
    if (!history) continue;
    const unknown = history.filter((operation) => operation.return === Infinity).length;
    const cpu = process.cpuUsage();
    const { verdict, elapsed } = checkOperations(kv(), history, { timeout: 60_000, counterexample: true });
    const used = process.cpuUsage(cpu);
    const megabytes = Math.round(process.memoryUsage().rss / 1e6);
    const row = [
      `${name}, ${kind}:`.padEnd(58),
      `${history.length} ops, ${unknown} unknown`.padEnd(28),
      verdict.padEnd(8),
      `${Math.round(elapsed)} ms`.padStart(9),
      `${Math.round((used.user + used.system) / 1000)} ms CPU`.padStart(13),
      `${megabytes} MB`,
    ];
    process.stdout.write(`${row.join(' ')}\n`);
  }
}
