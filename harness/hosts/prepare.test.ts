import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { system } from '../../systems/mapreduce/index.ts';
import { moduleAt } from '../../systems/mapreduce/jobs/module.ts';
import { prepareSystem } from './prepare.ts';

const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));

function prepared(name: string, source?: string): Promise<void> {
  const module = join(folder, name);
  if (source !== undefined) writeFileSync(module, source);
  return prepareSystem(system, { bugs: [], options: { module } });
}

test('a module of the user’s is there when the system is made', async () => {
  await prepared('good.mjs', 'export function map() {}\nexport function reduce() {}\n');
  expect(moduleAt(join(folder, 'good.mjs'))).toBeDefined();
});

test('without one nothing is loaded', async () => {
  await prepareSystem(system, { bugs: [], options: { module: '' } });
  expect(moduleAt('')).toBeUndefined();
});

describe('what is no module is told by its path, and why', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['none.mjs', undefined, /can't load the module .*none\.mjs/],
    ['broken.mjs', 'export function map( {', /can't load the module .*broken\.mjs: /],
    ['no-reduce.mjs', 'export function map() {}', /no-reduce\.mjs exports no function `reduce/],
  ])('%s', async (name, source, why) => {
    await expect(prepared(name, source)).rejects.toThrow(why);
    await expect(prepared(name, source)).rejects.toMatchObject({ name: 'Unprepared' });
  });
});
