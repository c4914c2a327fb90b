import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PlanProblem } from './problem.ts';
import { loadPlan } from './load.ts';
import { catalogue } from './test-catalogue.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const GOOD = 'system: { name: raft-kv }\nworkload: { name: kv }\n';

function problemOf(content: string | Uint8Array): PlanProblem {
  const file = join(folder, 'p.yaml');
  writeFileSync(file, content);
  return problemAt(file);
}

function problemAt(file: string): PlanProblem {
  const loaded = loadPlan(file, {}, catalogue);
  if ('plan' in loaded || loaded.problems.length !== 1)
    throw new Error(`not one problem: ${JSON.stringify(loaded)}`);
  return loaded.problems[0]!;
}

test('a good file, with a byte order mark and Windows line ends', () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, `\ufeff${GOOD.replaceAll('\n', '\r\n')}`);
  expect(loadPlan(file, { seed: '7' }, catalogue)).toMatchObject({ plan: { name: 'mine', seed: 7 } });
});

test('no such file, but one of nearly that name', () => {
  writeFileSync(join(folder, 'raft-kv.yaml'), GOOD);
  expect(problemAt(join(folder, 'raftkv.yaml'))).toEqual({
    file: join(folder, 'raftkv.yaml'),
    line: undefined,
    column: undefined,
    path: '',
    message: 'there is no such file',
    hint: `did you mean \`${join(folder, 'raft-kv.yaml')}\`?`,
  });
  expect(problemAt(join(folder, 'nowhere', 'p.yaml')).message).toBe('there is no such file');
});

test('a folder, a device, a name that is no name', () => {
  mkdirSync(join(folder, 'plans'));
  expect(problemAt(join(folder, 'plans')).message).toBe('this is a folder');
  expect(problemAt('/dev/zero').message).toBe('this is a device');
  expect(problemAt('a\0b').message).toMatch(/^this file cannot be read: /);
  expect(problemAt('').message).toBe('there is no such file');
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read', () => {
  const file = join(folder, 'p.yaml');
  writeFileSync(file, GOOD);
  chmodSync(file, 0);
  expect(problemAt(file).message).toBe('no permission to read this file');
});

test('bytes that are not UTF-8, with their place', () => {
  const latin1 = Buffer.from(`${GOOD}name: caf\u00e9\n`, 'latin1');
  expect(problemOf(latin1)).toMatchObject({ line: 3, column: 10, message: 'this is not text in UTF-8' });
  expect(problemOf(Buffer.from(`\ufeff${GOOD}`, 'utf16le'))).toMatchObject({ line: 1, column: 1 });
});

test('a huge file is not even read', () => {
  expect(problemOf('#'.repeat(1_000_000)).message).toBe(
    'a plan has at most 65536 characters; this file has 1000000 bytes',
  );
});
