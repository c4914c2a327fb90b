/** Looking for real bugs of raft-kv, simulated: what is found, and what is not. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { ExplorationFolder } from '../explore/exploration-folder.ts';
import { seedThreads } from '../explore/threads.ts';
import { loadCatalogue, loadPlan } from '../plan/index.ts';
import { simulate } from '../runner/simulate.ts';
import type { Aim } from './agenda.ts';
import { correctSeeds } from './correct.ts';
import { look, type SearchOptions } from './search.ts';

const catalogue = await loadCatalogue();
const threads = seedThreads({ threads: 1, limit: 60_000, memory: 2 ** 30 });
afterAll(() => threads.close());

/** Quick to find: whoever writes is told so before anyone else has it. */
const PLAN = `
name: quick
system: { name: raft-kv, nodes: 3 }
host: sim
workload: { name: kv, clients: 5, rate: 200/s, keys: 2, ops: { get: 1, put: 1 } }
nemesis: [{ fault: partition, shape: isolate-leader, every: 1500ms, for: 1s, after: 500ms }]
time: 6s
require: { okOps: 10 }
`;

function scene(options: Partial<SearchOptions> = {}): { aim: Aim; options: SearchOptions; file: string } {
  const out = mkdtempSync(join(tmpdir(), 'matrix-'));
  onTestFinished(() => rmSync(out, { recursive: true }));
  const file = join(out, 'quick.yaml');
  writeFileSync(file, PLAN);
  return {
    file,
    aim: { system: 'raft-kv', bug: 'ack-before-commit', own: file, swarm: file, host: 'sim' },
    options: {
      ...{ catalogue, threads, jobs: 1, seed: 5, seeds: 40, tries: 1, duration: 60_000, out },
      folder: new ExplorationFolder(out, 'plans', 5, new Date(0)),
      signal: new AbortController().signal,
      onSeeds: () => undefined,
      ...options,
    },
  };
}

test.each(['plan', 'swarm'] as const)(
  'a bug is found, by its %s; the plan that is saved shows it',
  async (way) => {
    const { aim, options } = scene();
    const row = await look(aim, way, 'sim', options);
    expect(row).toMatchObject({ ...{ bug: 'ack-before-commit', way, host: 'sim' }, found: true });
    expect(row.checkers).toEqual(['linearizable']);
    expect(row.seeds).toBeGreaterThan(0);
    const loaded = loadPlan(row.saved!, {}, catalogue);
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
    expect((await simulate(loaded.plan)).verdict).toBe('invalid');
  },
);

test('what does not show in so many seeds is not found', async () => {
  const { aim, options } = scene({ seeds: 3 });
  const heard: number[] = [];
  const row = await look({ ...aim, bug: 'snapshot-loses-tail' }, 'plan', 'sim', {
    ...options,
    onSeeds: (seeds) => heard.push(seeds),
  });
  expect(row).toMatchObject({ found: false, seeds: 3, checkers: [], saved: null });
  expect(heard).toEqual([1, 2, 3]);
});

test('a bug without a plan is not found', async () => {
  const { aim, options } = scene();
  expect(await look({ ...aim, own: undefined }, 'plan', 'sim', options)).toMatchObject({
    ...{ found: false, seeds: 0, plan: null },
  });
});

test('seeds of a correct system are clean', async () => {
  const { file, options } = scene({ seeds: 5 });
  const row = await correctSeeds({ system: 'raft-kv', file }, options);
  expect(row).toMatchObject({ seeds: 5, invalid: 0, failed: 0, summaries: [] });
  expect(row.valid).toBeGreaterThan(0);
  expect(existsSync(join(options.out, 'plans'))).toBe(false);
});
