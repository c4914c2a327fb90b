/** The whole of it, on real seeded bugs in simulation. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCatalogue, loadPlan, type Plan } from '../plan/index.ts';
import { simulate } from '../runner/simulate.ts';
import { RunFolder } from '../store/run-folder.ts';
import { sizeOf } from './failing.ts';
import { recordShrunk } from './record.ts';
import { shrinkRun } from './shrink.ts';
import { shows } from './violation.ts';

const catalogue = await loadCatalogue();
const HOUR = 3_600_000;

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-shrink-'));
});
afterEach(() => rmSync(out, { recursive: true }));

function planOf(file: string, seed: number): Plan {
  const loaded = loadPlan(file, { host: 'sim', seed, time: '5s' }, catalogue);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
}

test('a seeded bug: a few operations and one fault, in a plan file that fails by itself', async () => {
  const shrunk = await shrinkRun(planOf('plans/bugs/raft-kv/no-dedup.yaml', 1), { catalogue, budget: HOUR });
  expect(shrunk?.minimal).toBe(true);
  const size = sizeOf(shrunk!.smallest);
  expect(size.ops).toBeLessThanOrEqual(5);
  expect(size.faults).toBeLessThanOrEqual(2);

  const { folder, verdict, report } = await recordShrunk(shrunk!, { out, reproduce: () => [] });
  expect([verdict.verdict, verdict.expect, verdict.met]).toEqual(['invalid', 'invalid', true]);
  expect(report.to).toEqual(size);
  expect(JSON.parse(readFileSync(new RunFolder(folder).shrink, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(report)),
  );

  const again = loadPlan(new RunFolder(folder).plan, {}, catalogue);
  if ('problems' in again) throw new Error(JSON.stringify(again.problems));
  // What is drawn no longer says nothing, and is not written.
  const { rate, ops } = again.plan.workload;
  const { plan } = shrunk!.smallest;
  expect(again.plan).toEqual({ ...plan, workload: { ...plan.workload, rate, ops } });
  expect(shows(await simulate(again.plan), shrunk!.violation)).toBe(true);
}, 120_000);

test('the same plan is shrunk to the same', async () => {
  const once = async () => {
    const shrunk = await shrinkRun(planOf('plans/bugs/raft-kv/ack-before-commit.yaml', 1), {
      catalogue,
      budget: HOUR,
    });
    return [shrunk?.smallest.plan, shrunk?.tried, shrunk?.steps];
  };
  expect(await once()).toEqual(await once());
}, 120_000);

test('what does not fail is not shrunk', async () => {
  const plan = planOf('plans/bugs/raft-kv/no-dedup.yaml', 1);
  const correct = { ...plan, system: { ...plan.system, bugs: [] } };
  expect(await shrinkRun(correct, { catalogue, budget: HOUR })).toBeUndefined();
});

test('one that is shrunk already stays as it is', async () => {
  const first = await shrinkRun(planOf('plans/bugs/raft-kv/ack-before-commit.yaml', 1), {
    catalogue,
    budget: HOUR,
  });
  const second = await shrinkRun(first!.smallest.plan, { catalogue, budget: HOUR });
  expect(second!.smallest.plan).toEqual(first!.smallest.plan);
  expect([second!.steps, second!.minimal]).toEqual([[], true]);
}, 120_000);
