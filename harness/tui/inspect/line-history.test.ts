import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Op } from '../../history/op.ts';
import { LineHistory } from './line-history.ts';
import type { Row } from './rows.ts';

let folder: string;
const open: LineHistory[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'faultline-lines-'))));
afterEach(() => {
  for (const history of open.splice(0)) history.close();
  rmSync(folder, { recursive: true });
});

function historyOf(text: string | Buffer): LineHistory {
  const file = join(folder, 'history.jsonl');
  writeFileSync(file, text);
  const history = new LineHistory(file);
  open.push(history);
  return history;
}

async function loaded(text: string | Buffer): Promise<LineHistory> {
  const history = historyOf(text);
  await history.load(() => undefined);
  return history;
}

/** `count` operations of two ops each, a microsecond apart, values of `size` characters. */
function lines(count: number, size = 3): readonly string[] {
  return Array.from({ length: count * 2 }, (_, index) =>
    JSON.stringify({
      index,
      time: index * 1000,
      process: (index >> 1) % 7,
      type: index % 2 === 0 ? 'invoke' : index % 10 === 1 ? 'info' : 'ok',
      f: 'put',
      key: `k${index % 3}`,
      value: 'x'.repeat(size),
    }),
  );
}

const indices = (rows: readonly Row[]): readonly (number | string)[] =>
  rows.map((row) => (row.kind === 'op' ? row.op.index : row.problem));

test('rows are found by number, wherever they are, and counted', async () => {
  const history = await loaded(`${lines(20_000).join('\n')}\n`);
  expect([history.length, history.isComplete, history.progress]).toEqual([40_000, true, 1]);
  expect(history.counts).toEqual({ invoke: 20_000, ok: 16_000, fail: 0, info: 4000 });
  for (const from of [0, 1, 63, 64, 65, 127, 20_000, 39_999]) {
    expect(indices(history.rows(from, 3))).toEqual([from, from + 1, from + 2].filter((at) => at < 40_000));
  }
  expect(history.rows(40_000, 5)).toEqual([]);
  expect(history.rowOf(39_999)).toBe(39_999);
  expect(history.rowOf(40_000)).toBeUndefined();
});

test('the first row at a time or after it', async () => {
  const history = await loaded(`${lines(500).join('\n')}\n`);
  for (const row of [0, 1, 63, 64, 65, 640, 999]) {
    expect(history.rowAt(row * 1000)).toBe(row);
    expect(history.rowAt(row * 1000 - 1)).toBe(row);
  }
  expect(history.rowAt(999_001)).toBe(1000);
});

test('something is there before all was gone through', () => {
  const history = historyOf(`${lines(20_000, 100).join('\n')}\n`);
  expect(history.isComplete).toBe(false);
  expect(history.length).toBeGreaterThan(100);
  expect(indices(history.rows(0, 2))).toEqual([0, 1]);
});

test('lines longer than any buffer, blank ones, characters of several bytes', async () => {
  const long = JSON.stringify({
    index: 1,
    time: 1,
    process: 1,
    type: 'invoke',
    f: 'put',
    value: 'é'.repeat(1_000_000),
  });
  const [first, , third] = lines(2);
  const history = await loaded(`${first}\n\n${long}\n   \r\n${third}\n`);
  expect(history.length).toBe(3);
  expect(indices(history.rows(0, 9))).toEqual([0, 1, 2]);
  const [row] = history.rows(1, 1);
  expect(row?.kind === 'op' && row.op.value).toBe('é'.repeat(1_000_000));
});

test('a torn last line and lines that are no ops are shown as what they are', async () => {
  const [first, , third] = lines(2);
  const history = await loaded(
    `${first}\nnot an op\n${third}\n{"index":3,"time":9,"process":1,"type":"ok","f":"pu`,
  );
  expect(indices(history.rows(0, 9))).toEqual([0, 'not JSON', 2, 'cut off while it was written']);
  expect(history.counts).toEqual({ invoke: 2, ok: 0, fail: 0, info: 0 });
});

test('a last line that only lacks its newline is an op; an empty file is no error', async () => {
  expect(indices((await loaded(lines(1).join('\n'))).rows(0, 9))).toEqual([0, 1]);
  const empty = await loaded('');
  expect([empty.length, empty.isComplete, empty.progress, empty.rows(0, 9)]).toEqual([0, true, 1, []]);
});

test('faults are known, from the ops of the nemesis', async () => {
  const op = (index: number, process: Op['process'], type: Op['type'], f: string): string =>
    JSON.stringify({ index, time: index * 10, process, type, f });
  const text = [
    op(0, 1, 'invoke', 'get'),
    op(1, 'nemesis-0', 'invoke', 'pause.start'),
    op(2, 'nemesis-0', 'ok', 'pause.start'),
    op(3, 1, 'ok', 'get'),
    op(4, 'nemesis-0', 'invoke', 'pause.stop'),
    op(5, 'nemesis-0', 'ok', 'pause.stop'),
  ].join('\n');
  const { faults } = await loaded(`${text}\n`);
  expect(faults.windows().map(({ name, from, until }) => [name, from, until])).toEqual([['pause', 10, 50]]);
});

test('whatever the lines, each row is what its line says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 200 }), async (values) => {
      const ops = values.map((value, index) => ({
        index,
        time: index,
        process: index,
        type: 'invoke',
        f: 'put',
        value,
      }));
      const history = await loaded(ops.map((op) => `${JSON.stringify(op)}\n`).join(''));
      expect(history.rows(0, values.length + 1)).toEqual(ops.map((op) => ({ kind: 'op', op })));
    }),
    { numRuns: 50 },
  );
});
