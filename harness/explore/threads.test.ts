/** Threads that throw, exit, hang or run out of memory: their seed says so, and the others go on. */
import { getActiveResourcesInfo } from 'node:process';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { LOOPING } from './fixtures/odd-worker.ts';
import { planFrom, SMALL } from './fixtures/plans.ts';
import type { SeedOutcome } from './outcome.ts';
import { seedThreads, type Threads } from './threads.ts';
import { builtModule } from '../built.ts';

const worker = builtModule(import.meta.url, 'fixtures/odd-worker');
const plan = planFrom(SMALL);
let threads: Threads;
afterEach(() => threads.close());

const start = (options: { limit?: number; threads?: number } = {}): void => {
  threads = seedThreads({ threads: 2, limit: 60_000, memory: 64 * 2 ** 20, worker, ...options });
};
const never = new AbortController().signal;
const run = (seed: number, signal = never): Promise<SeedOutcome> => threads.run({ ...plan, seed }, signal);

test('an outcome comes back as it is', async () => {
  start();
  expect(await run(5)).toMatchObject({ kind: 'judged', verdict: 'invalid', marks: { seen: 1 } });
});

test('what a thread throws is its seed’s failure, with its stack', async () => {
  start();
  const outcome = await run(1);
  expect(outcome).toMatchObject({ kind: 'crashed' });
  expect(outcome.kind === 'crashed' && outcome.error).toMatch(/an invariant does not hold[^]*odd-worker/);
});

test('threads that exit or run out of memory: their own seed’s failure; the seeds beside and after them are run', async () => {
  start();
  const outcomes = await Promise.all([2, 6, 4, 7, 8].map((seed) => run(seed)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['crashed', 'judged', 'crashed', 'judged', 'judged']);
  expect(outcomes[2]).toMatchObject({ error: expect.stringMatching(/memory/i) });
  // One after the other, more often than there are threads: none is lost for good.
  for (const seed of [12, 22, 32]) expect(await run(seed)).toMatchObject({ kind: 'crashed' });
  expect(await run(10)).toMatchObject({ kind: 'judged' });
});

test('a thread has the memory that it is given', async () => {
  const telling = new URL(
    `data:text/javascript,import { resourceLimits } from 'node:worker_threads';
     export default () => { throw new Error(resourceLimits.maxOldGenerationSizeMb + ' MiB') }`,
  );
  threads = seedThreads({ threads: 1, limit: 60_000, memory: 64 * 2 ** 20, worker: telling });
  expect(await run(1)).toMatchObject({ kind: 'crashed', error: expect.stringContaining('64 MiB') });
});

test('a thread in an endless loop is ended when the time of a seed is over', async () => {
  start({ limit: 3000 });
  expect(await run(3)).toEqual({ kind: 'hung', limit: 3000 });
});

test('ended from outside, threads in an endless loop end', async () => {
  start();
  const end = new AbortController();
  const channel = new BroadcastChannel(LOOPING);
  const bothLoop = new Promise<void>((resolve) => {
    let looping = 0;
    channel.onmessage = () => ++looping === 2 && resolve();
  });
  const running = [run(3, end.signal), run(13, end.signal)];
  await bothLoop;
  channel.close();
  end.abort();
  expect(await Promise.all(running)).toEqual([{ kind: 'aborted' }, { kind: 'aborted' }]);
  expect(await run(0, end.signal)).toEqual({ kind: 'aborted' });
  await threads.close();
  expect(getActiveResourcesInfo().filter((name) => name.includes('Worker'))).toEqual([]);
});

test('the built worker is there', () => expect(fileURLToPath(worker)).toMatch(/dist.*odd-worker\.js$/));
