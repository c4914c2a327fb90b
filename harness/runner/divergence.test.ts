import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCatalogue } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { firstDivergence } from './divergence.ts';
import { simulate } from './simulate.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'divergence-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

const SAME = Array.from({ length: 20 }, (_, n) => `line ${n}`);

test('two that are the same', async () => {
  expect(await firstDivergence(fileOf('a', SAME), fileOf('b', SAME))).toBeUndefined();
});

test('the first line that differs, and what led to it', async () => {
  const [a, b] = [fileOf('a', [...SAME, 'x', 'same again']), fileOf('b', [...SAME, 'y', 'same again'])];
  expect(await firstDivergence(a, b)).toEqual({ line: 21, first: 'x', second: 'y', before: SAME.slice(-5) });
});

test('one that ends before the other', async () => {
  expect(await firstDivergence(fileOf('a', SAME), fileOf('b', [...SAME, 'more']))).toEqual({
    line: 21,
    first: undefined,
    second: 'more',
    before: SAME.slice(-5),
  });
});

test('a simulation with one other draw parts there, and the draw is named', async () => {
  const catalogue = await loadCatalogue();
  const traced = async (...set: string[]): Promise<string[]> => {
    const text = 'system: { name: raft-kv }\nhost: sim\nworkload: { name: kv }\ntime: 1s\nseed: 1\n';
    const resolved = resolvePlan(text, 'plan.yaml', { set }, catalogue);
    if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
    const lines: string[] = [];
    await simulate(resolved.plan, { trace: (line) => lines.push(line) });
    return lines;
  };
  const [one, again, other] = [await traced(), await traced(), await traced('seeds.disks=9')];
  expect(again).toEqual(one);
  const where = await firstDivergence(fileOf('one', one), fileOf('other', other));
  expect(where?.first).toMatch(/^draw n\d: fsync = /);
  expect(where?.second).toMatch(/^draw n\d: fsync = /);
});
