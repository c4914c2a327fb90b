/**
 * How long checks take, to look at; asserts nothing. After a build:
 *
 *     node dist/testing/speed.js [--runs N] [--seed N] [WORDS]
 *
 * `WORDS` choose the cases whose name has all of them. With one run in a fresh process figures are cold;
 * with more, each run has its line. `--expose-gc` makes the memory figure the check's own.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkOperations } from '../check.ts';
import { kv } from '../models/kv.ts';
import { simulate, withStaleRead, type KvOperation, type Simulation } from './simulate.ts';

const PLAIN = { get: 5, put: 3, cas: 2, append: 0, delete: 0 };
const REGISTER = { get: 6, put: 4, cas: 0, append: 0, delete: 0 };
const APPENDS = { get: 5, put: 2, cas: 1, append: 2, delete: 0 };
const APPEND_HEAVY = { get: 5, put: 0.05, cas: 0, append: 5, delete: 0 };

type Case = Omit<Simulation, 'seed'>;

const CASES: Readonly<Record<string, Case>> = {
  ...cases('kv', 1_000_000, [50], [10, 100, 1000], [0.05], PLAIN),
  ...cases('register', 100_000, [5, 20, 50], [1], [0, 0.05], REGISTER),
  ...cases('cas register', 100_000, [5, 20, 50], [1], [0, 0.05], PLAIN),
  ...cases('appends', 100_000, [50], [10], [0.01, 0.05], APPENDS),
  ...cases('long appends', 100_000, [50], [10], [0.05], APPEND_HEAVY),
  ...cases('kv', 100_000, [10, 50], [10], [0.01, 0.05], PLAIN),
};

function cases(
  name: string,
  operations: number,
  clients: readonly number[],
  keys: readonly number[],
  unknown: readonly number[],
  weights: Case['weights'],
): Record<string, Case> {
  const all = clients.flatMap((c) =>
    keys.flatMap((k) =>
      unknown.map((share): [string, Case] => [
        `${name}, ${operations / 1000}k ops, ${c} clients, ${k} keys, ${share * 100} % unknown`,
        { operations, clients: c, keys: k, unknown: share, weights },
      ]),
    ),
  );
  return Object.fromEntries(all);
}

/** One line on a history and on its check. */
export function measure(name: string, history: readonly KvOperation[]): string {
  const unknown = history.filter((operation) => operation.return === Infinity).length;
  (globalThis as { gc?: () => void }).gc?.();
  const held = process.memoryUsage().rss;
  const before = process.cpuUsage();
  const checked = checkOperations(kv(), history, { timeout: 60_000, counterexample: true });
  const { user, system } = process.cpuUsage(before);
  const shown = checked.partitions.find(({ counterexample }) => counterexample)?.counterexample;
  const cells = [
    `${name}:`.padEnd(64),
    `${history.length} ops, ${unknown} unknown`.padEnd(28),
    checked.verdict.padEnd(8),
    `${Math.round(checked.elapsed)} ms`.padStart(9),
    `${Math.round((user + system) / 1000)} ms CPU`.padStart(13),
    `+${Math.round((process.memoryUsage().rss - held) / 1e6)} MB`.padStart(9),
    `peak ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB`,
    ...(shown ? [`counterexample of ${shown.operations.length}`] : []),
  ];
  return cells.join(' ');
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
  });
  for (const [name, options] of Object.entries(CASES)) {
    const variants = [
      `${name}, valid`,
      `${name}, stale read in the middle`,
      `${name}, stale read at the end`,
    ];
    const chosen = variants.map((variant) => positionals.every((word) => variant.includes(word)));
    if (!chosen.includes(true)) continue;
    const valid = simulate({ ...options, seed: Number(values.seed) });
    variants.forEach((variant, i) => {
      if (!chosen[i] || (i > 0 && options.weights.append > 0)) return;
      const history = i === 0 ? valid : withStaleRead(valid, i === 1 ? 0.5 : 0.99);
      for (let run = 0; history && run < Number(values.runs); run++)
        process.stdout.write(`${measure(variant, history)}\n`);
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
