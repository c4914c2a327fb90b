import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { register } from '../../workloads/register.ts';
import type { Op } from '../history/op.ts';
import { judge, type Question } from './judge.ts';

async function verdicts(
  checks: Question['checks'],
  ops: readonly Omit<Op, 'index' | 'time'>[],
): Promise<[string, string][]> {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'history.jsonl');
  writeFileSync(file, ops.map((op, index) => `${JSON.stringify({ index, time: index, ...op })}\n`).join(''));
  const judged = await judge(file, { workload: register, checks, require: undefined, timeout: 10_000 });
  return judged.checks.slice(0, checks.length).map(({ checker, verdict }) => [checker, verdict]);
}

test('each check that is asked for, in that order', async () => {
  const staleRead: readonly Omit<Op, 'index' | 'time'>[] = [
    { process: 0, type: 'invoke', f: 'write', key: 'x', value: 1 },
    { process: 0, type: 'ok', f: 'write', key: 'x' },
    { process: 1, type: 'invoke', f: 'read', key: 'x' },
    { process: 1, type: 'ok', f: 'read', key: 'x', value: null },
  ];
  expect(await verdicts(['sequential', 'linearizable', 'set'], staleRead)).toEqual([
    ['sequential', 'valid'],
    ['linearizable', 'invalid'],
    ['set', 'unknown'],
  ]);
});
