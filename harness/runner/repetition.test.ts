/** The same plan, seed and version give the same history, byte for byte, whichever process makes it. */
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { builtModule } from '../built.ts';
import { loadCatalogue, loadPlan } from '../plan/index.ts';
import { runPlan } from './run.ts';

const PLAN = fileURLToPath(new URL('./fixtures/everything.yaml', import.meta.url));
const PROGRAM = fileURLToPath(builtModule(import.meta.url, 'testing/fingerprints'));

async function fingerprints(first: number, count: number, ...flags: string[]): Promise<string[]> {
  const { stdout } = await execa(process.execPath, [...flags, PROGRAM, PLAN, String(first), String(count)]);
  return stdout.split('\n');
}

test('50 seeds, each in two processes', async () => {
  // The second has another heap and compiles otherwise: neither may show.
  const [one, two] = await Promise.all([
    fingerprints(1, 50),
    fingerprints(1, 50, '--max-semi-space-size=2', '--no-turbo-inlining'),
  ]);
  expect(one).toHaveLength(50);
  expect(two).toEqual(one);
  // No two seeds alike, and each with a history worth the name.
  expect(new Set(one.map((line) => line.split(' ')[1])).size).toBe(50);
  for (const line of one) expect(Number(line.split(' ')[2]), line).toBeGreaterThan(200);
});

test('a seed is the same whatever ran before it, in memory and in a folder', async () => {
  const [alone] = await fingerprints(7, 1);
  const among = await fingerprints(5, 3);
  expect(among[2]).toBe(alone);

  const out = mkdtempSync(join(tmpdir(), 'repetition-'));
  onTestFinished(() => rmSync(out, { recursive: true }));
  const loaded = loadPlan(PLAN, { set: [], seed: '7' }, await loadCatalogue());
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { folder } = await runPlan(loaded.plan, {
    out,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    reproduce: () => [],
  });
  const text = readFileSync(join(folder, 'history.jsonl'));
  expect(createHash('sha256').update(text).digest('hex')).toBe(alone!.split(' ')[1]);
});
