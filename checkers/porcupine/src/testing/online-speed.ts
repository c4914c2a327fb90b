/**
 * How fast the online check goes along, and how much it holds; asserts nothing.
 * `node dist/testing/online-speed.js [EVENTS] [SEED]` after a build.
 */
import { fileURLToPath } from 'node:url';
import { kv, type KvInput, type KvOutput } from '../models/kv.ts';
import { online, type OnlineEvent } from '../online/online.ts';
import { eventsOf } from './events.ts';
import { simulate, type Simulation } from './simulate.ts';

const PLAIN = { get: 5, put: 3, cas: 2, append: 0, delete: 0 };
const READS_AND_WRITES = { get: 1, put: 1, cas: 0, append: 0, delete: 0 };
const CASES: Readonly<Record<string, Omit<Simulation, 'seed' | 'operations'>>> = {
  '10 clients, 1 register': { clients: 10, keys: 1, weights: READS_AND_WRITES, unknown: 0 },
  '10 clients, 1 register, with cas': { clients: 10, keys: 1, weights: PLAIN, unknown: 0 },
  '10 clients, 1 register, 1 % unknown': { clients: 10, keys: 1, weights: READS_AND_WRITES, unknown: 0.01 },
  '50 clients, 100 keys': { clients: 50, keys: 100, weights: PLAIN, unknown: 0 },
  '50 clients, 100 keys, 1 % unknown': { clients: 50, keys: 100, weights: PLAIN, unknown: 0.01 },
  '50 clients, 10 keys': { clients: 50, keys: 10, weights: PLAIN, unknown: 0 },
  '50 clients, 10 keys, 1 % unknown, reads and writes': {
    clients: 50,
    keys: 10,
    weights: READS_AND_WRITES,
    unknown: 0.01,
  },
  '50 clients, 10 keys, 1 % unknown': { clients: 50, keys: 10, weights: PLAIN, unknown: 0.01 },
  '50 clients, 10 keys, appends': {
    clients: 50,
    keys: 10,
    weights: { get: 5, put: 2, cas: 1, append: 2, delete: 0 },
    unknown: 0,
  },
};

/** One line on the check of these events. */
function measure(name: string, events: readonly OnlineEvent<KvInput, KvOutput>[]): string {
  const checker = online(kv());
  let most = 0;
  let states = 0;
  const start = process.cpuUsage();
  events.forEach((event, i) => {
    checker.push(event);
    if (i % 1000 !== 0) return;
    const held = checker.held();
    most = Math.max(most, held.configurations);
    states = Math.max(states, held.states);
  });
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const { verdict, keys } = checker.verdict();
  const unknown = keys.filter((key) => key.verdict === 'unknown').length;
  const cells = [
    `${name}:`.padEnd(54),
    `${verdict}${unknown > 0 ? ` (${unknown} of ${keys.length} keys)` : ''}`.padEnd(26),
    `${Math.round(events.length / seconds / 1000)} k events/s of CPU`.padStart(23),
    `at most ${most} configurations, ${states} states`,
  ];
  return cells.join(' ');
}

function main(count: number, seed: number): void {
  for (const [name, options] of Object.entries(CASES)) {
    const events = eventsOf(simulate({ ...options, operations: count / 2, seed }));
    process.stdout.write(`${measure(name, events)}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1));
