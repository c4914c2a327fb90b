/**
 * `npm run bench:check`: how long the checker takes and how much memory, case by case, beside Porcupine
 * where Go and a checkout of it are given. One thing runs at a time; figures are medians.
 *
 *     npm run bench:check -- --porcupine ../porcupine --only 'register, 5 values'
 */
import { Command, InvalidArgumentError } from 'commander';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases, type Case } from './check/cases.ts';
import { Files } from './check/files.ts';
import { measure, type Measured } from './check/measure.ts';
import { byDistance, lineOf, TITLE } from './check/table.ts';
import { buildYardstick } from './check/yardstick.ts';

interface BenchOptions {
  readonly porcupine?: string;
  readonly keep?: string;
  readonly only?: RegExp;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly times: number;
  readonly seconds: number;
  readonly memory: number;
}

const positive = (text: string): number => {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('expected a number above 0');
  return number;
};
const pattern = (text: string): RegExp => {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(String(error));
  }
};

await new Command('bench:check')
  .option('--porcupine <checkout>', 'also run Porcupine, from a checkout of it; needs Go')
  .option('--keep <folder>', 'where to leave the histories')
  .option('--only <pattern>', 'cases whose name has this regular expression', pattern)
  .option('--quick', 'each once, and nothing above 100k operations')
  .option('--json', 'one JSON line for each case, on stdout')
  .option('--times <n>', 'how often each figure is taken', positive, 3)
  .option('--seconds <n>', 'how long one check may take', positive, 20)
  .option('--memory <gigabytes>', 'how large a process may become', positive, 8)
  .action(bench)
  .parseAsync();

async function bench(options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  // Whatever ends this process, an interrupt included: histories are large, and no program is left running.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

  const yardstick = options.porcupine && (await buildYardstick(options.porcupine, folder));
  if (options.keep !== undefined) mkdirSync(options.keep, { recursive: true });
  const files = new Files(options.keep ?? folder, options.keep !== undefined);
  const limits = { seconds: options.seconds, bytes: options.memory * 1e9 };
  const means = {
    files,
    limits,
    times: options.quick ? 1 : Math.ceil(options.times),
    ...(yardstick && { yardstick }),
  };
  const results: Measured[] = [];
  if (!options.json) console.log(TITLE);
  for (const chosen of cases.filter((one) => isWanted(one, options))) {
    const measured = await measure(chosen, means);
    results.push(measured);
    console.log(options.json ? JSON.stringify(measured) : lineOf(measured));
  }
  if (!options.json) for (const text of byDistance(results)) console.log(text);
  if (results.some(({ wrong }) => wrong !== undefined)) process.exitCode = 1;
}

function isWanted(one: Case, { only, quick }: BenchOptions): boolean {
  const files = one.kind === 'share' ? one.files : [one.file];
  if (quick && files.some(({ traffic }) => traffic.operations > 100_000)) return false;
  return only === undefined || only.test(one.name);
}
