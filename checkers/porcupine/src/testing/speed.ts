/**
 * How long checks take, to look at; asserts nothing. `node dist/testing/speed.js [SEED]` after a build.
 */
import { fileURLToPath } from 'node:url';
import { checkOperations } from '../check.ts';
import { kv } from '../models/kv.ts';
import { simulate, withStaleRead, type KvOperation, type Simulation } from './simulate.ts';

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

/** One line on a history and on its check. */
export function measure(name: string, history: readonly KvOperation[]): string {
  const unknown = history.filter((operation) => operation.return === Infinity).length;
  const before = process.cpuUsage();
  const { verdict, elapsed } = checkOperations(kv(), history, { timeout: 60_000, counterexample: true });
  const { user, system } = process.cpuUsage(before);
  const cells = [
    `${name}:`.padEnd(58),
    `${history.length} ops, ${unknown} unknown`.padEnd(28),
    verdict.padEnd(8),
    `${Math.round(elapsed)} ms`.padStart(9),
    `${Math.round((user + system) / 1000)} ms CPU`.padStart(13),
    `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  ];
  return cells.join(' ');
}

function main(seed: number): void {
  for (const [name, options] of Object.entries(CASES)) {
    const valid = simulate({ ...options, seed });
    process.stdout.write(`${measure(`${name}, valid`, valid)}\n`);
    const stale = options.weights.append > 0 ? undefined : withStaleRead(valid, 0.5);
    if (stale) process.stdout.write(`${measure(`${name}, stale read`, stale)}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(Number(process.argv[2] ?? 1));
