/**
 * `npm run bench:logs -- CHECKOUT`: how long the checker takes for the histories that come with a checkout of
 * Porcupine, the logs of etcd and those of a key-value store: warm, the verdict alone, without parsing.
 */
import { Command } from 'commander';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkRecording, register, type Model, type Recording } from 'porcupine-ts';
import { modelNamed } from '../checkers/models.ts';
import { OperationPairing } from '../checkers/operations.ts';
import { readOps } from '../harness/history/reader.ts';
import { median } from './check/measure.ts';

const WARM_UP = 40;
const ROUNDS = 41;

await new Command('bench:logs').argument('<checkout>', 'a checkout of Porcupine').action(bench).parseAsync();

async function bench(checkout: string): Promise<void> {
  const logs = join(checkout, 'test_data', 'jepsen');
  await measure(
    'etcd',
    files(logs, '.log').map((file) => record(join(logs, file), register() as Model)),
  );
  const stores = join(checkout, 'test_data', 'kv');
  // Its keys hold an empty text at first.
  const store = modelNamed('kv', { initial: '' })!;
  for (const file of files(stores, '.txt')) await measure(file, [record(join(stores, file), store)]);
}

function files(folder: string, end: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .sort();
}

async function record(file: string, model: Model): Promise<Recording<unknown, never, never>> {
  const pairing = new OperationPairing(model);
  await readOps(file, (op) => pairing.push(op));
  return pairing.finish().recording as Recording<unknown, never, never>;
}

/** The sum of the medians of all files, and how many are valid. Each in turn, so that all are as warm. */
async function measure(name: string, loading: readonly ReturnType<typeof record>[]): Promise<void> {
  const recordings = await Promise.all(loading);
  const times = recordings.map((): number[] => []);
  const verdicts: string[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    recordings.forEach((recording, i) => {
      const start = performance.now();
      verdicts[i] = checkRecording(recording, { longest: false, exhaustive: false }).verdict;
      if (round >= WARM_UP) times[i]!.push(performance.now() - start);
    });
  }
  const sum = times.reduce((before, some) => before + median(some), 0);
  const valid = verdicts.filter((verdict) => verdict === 'valid').length;
  console.log(`${name.padEnd(12)} ${recordings.length} files, ${valid} valid: ${sum.toFixed(2)} ms`);
}
