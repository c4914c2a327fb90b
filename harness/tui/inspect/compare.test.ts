import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRuns, isSameFault } from './compare.ts';
import { staleRead, writeRun } from './fixtures/runs.ts';
import { openRun } from './run.ts';

let folder: string;
let one: string;
let same: string;
let other: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-compare-'));
  const started = '2026-01-31T23:59:00.000Z';
  const run = { plan: 'stale', seed: 7, started, history: staleRead('1') };
  one = await writeRun(folder, 'one', run);
  same = await writeRun(folder, 'same', run);
  other = await writeRun(folder, 'other', { ...run, seed: 8, history: staleRead('2') });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('two of the same', async () => {
  const found = await compareRuns(openRun(one), openRun(same));
  expect(found.histories).toEqual({ kind: 'identical' });
  expect([found.plan, found.environment]).toEqual([[], []]);
  expect(found.faults.map(isSameFault)).toEqual([true, true]);
  expect(found.measures.every((measure) => measure.one === measure.other)).toBe(true);
});

test('the first op that differs, and the fields that do', async () => {
  const found = await compareRuns(openRun(one), openRun(other));
  expect(found.plan).toEqual([{ name: 'seed', one: '7', other: '8' }]);
  expect(found.histories).toMatchObject({ kind: 'parts', index: 94 });
  expect([found.verdicts.one?.verdict, found.verdicts.other?.verdict]).toEqual(['invalid', 'valid']);
});

test('a history that goes on where the other has ended', async () => {
  const longer = join(folder, 'longer.jsonl');
  writeFileSync(longer, readFileSync(join(one, 'history.jsonl')));
  appendFileSync(longer, '{"index":98,"time":3000000000,"process":9,"type":"invoke","f":"get","key":"x"}\n');
  const found = await compareRuns(openRun(one), openRun(longer));
  expect(found.histories).toMatchObject({ kind: 'parts', index: 98, one: undefined });
  expect(found.plan).toBeUndefined();
});

test('a compressed history is compared op by op', async () => {
  const packed = join(folder, 'packed.gz');
  writeFileSync(packed, gzipSync(readFileSync(join(other, 'history.jsonl'))));
  expect((await compareRuns(openRun(other), openRun(packed))).histories).toEqual({ kind: 'identical' });
  expect((await compareRuns(openRun(one), openRun(packed))).histories).toMatchObject({
    kind: 'parts',
    index: 94,
  });
});

test('a compressed history that was cut off ends with what is left of its last line', async () => {
  const cut = join(folder, 'cut.gz');
  writeFileSync(cut, gzipSync(readFileSync(join(one, 'history.jsonl'))).subarray(0, 200));
  const run = openRun(cut);
  const { histories } = await compareRuns(openRun(one), run);
  const { length } = run.history;
  expect(histories).toMatchObject({ kind: 'parts', index: length - 1 });
  expect(run.history.rows(length - 2, 9).map(({ kind }) => kind)).toEqual(['op', 'broken']);
  expect(run.history.problem).toBeUndefined();
});

test('what is no history is not compared', async () => {
  const wrong = join(folder, 'wrong.edn');
  writeFileSync(wrong, '{:process 0 :type :invoke :f :read :value nil}\n{:process :type}\n');
  const { histories } = await compareRuns(openRun(one), openRun(wrong));
  expect(histories).toMatchObject({ kind: 'unknown', problem: expect.stringContaining('wrong.edn:2') });
});
