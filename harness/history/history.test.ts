import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Op } from './op.ts';
import { HistoryFormatError, readHistory, type TornLine } from './reader.ts';
import { HistoryWriter } from './writer.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-history-'));
  file = join(folder, 'history.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const neverFails = (error: Error): never => {
  throw error;
};

function written(times: readonly number[]): Op[] {
  let i = 0;
  const writer = new HistoryWriter(file, () => times[i++]!, neverFails);
  const ops = times.map((_, n) =>
    writer.record({
      process: n % 2,
      type: n < 2 ? 'invoke' : 'ok',
      f: 'put',
      key: 'kéy',
      value: `\u001b[31m\n${n}`,
    }),
  );
  writer.close();
  return ops;
}

describe('what is written is read back', () => {
  test('op for op, whatever the values hold', () => {
    const ops = written([1, 2, 3, 4]);
    expect([...readHistory(file)]).toEqual(ops);
  });

  test('a clock that steps back does not turn the order around', () => {
    written([10, 5, 20, 19]);
    expect([...readHistory(file)].map((op) => op.time)).toEqual([10, 10, 20, 20]);
  });

  test('nothing waits longer than a moment: a reader sees ops while the run goes on', async () => {
    const writer = new HistoryWriter(file, () => 1, neverFails);
    writer.record({ process: 0, type: 'invoke', f: 'get', key: 'x' });
    await expect.poll(() => [...readHistory(file)].length).toBe(1);
    writer.close();
  });

  test('an existing history is never overwritten', () => {
    writeFileSync(file, 'precious');
    expect(() => new HistoryWriter(file, () => 0, neverFails)).toThrow(/EEXIST/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  test('a line across the reader’s chunk border stays whole', () => {
    const writer = new HistoryWriter(file, () => 1, neverFails);
    const value = 'ä'.repeat(1000);
    for (let n = 0; n < 3000; n++) writer.record({ process: n, type: 'invoke', f: 'put', key: 'x', value });
    writer.close();
    let read = 0;
    for (const op of readHistory(file)) {
      expect(op.value).toBe(value);
      read++;
    }
    expect(read).toBe(3000);
  });
});

describe('whatever killed the harness, what was recorded can be read', () => {
  test('cut at every byte: the ops before it, and a report of the torn line', () => {
    const ops = written([1, 2, 3, 4]);
    const bytes = readFileSync(file);
    for (let size = bytes.length; size >= 0; size--) {
      truncateSync(file, size);
      const torn: TornLine[] = [];
      const read = [...readHistory(file, (line) => torn.push(line))];
      expect(read).toEqual(ops.slice(0, read.length));
      const whole = bytes.subarray(0, size).toString('latin1').split('\n').length - 1;
      // A last line that lacks only its newline is whole as well.
      expect(read.length === whole || (read.length === whole + 1 && torn.length === 0)).toBe(true);
      if (size > 0 && read.length === whole && bytes[size - 1] !== 10) expect(torn).toHaveLength(1);
    }
  });
});

describe('what is no history is refused, with its place', () => {
  const good = '{"index":0,"time":1,"process":0,"type":"invoke","f":"get","key":"x"}';
  const table: [name: string, text: string, message: RegExp][] = [
    ['not JSON', `${good}\n{"index":1,,}\n`, /history\.jsonl:2:\d+: expected one JSON object/],
    ['a list', `[]\n`, /:1:1: expected an op: a JSON object/],
    [
      'an index left out',
      `${good}\n${good.replace('"index":0', '"index":2')}\n`,
      /:2:1: expected "index": 1.*found 2/,
    ],
    [
      'time backwards',
      `${good}\n${good.replace('0,"time":1', '1,"time":0')}\n`,
      /:2:1: time runs backwards: 0 after 1/,
    ],
    ['no process', `{"index":0,"time":1,"type":"ok","f":"x"}\n`, /expected "process"/],
    [
      'an unknown type',
      `{"index":0,"time":1,"process":1,"type":"done","f":"x"}\n`,
      /invoke, ok, fail or info, but found "done"/,
    ],
    ['no function', `{"index":0,"time":1,"process":1,"type":"ok"}\n`, /expected "f"/],
    [
      'a key that is no text',
      `{"index":0,"time":1,"process":1,"type":"ok","f":"x","key":7}\n`,
      /expected "key": a text, but found 7/,
    ],
  ];
  test.each(table)('%s', (_, text, message) => {
    writeFileSync(file, text);
    expect(() => [...readHistory(file)]).toThrow(HistoryFormatError);
    expect(() => [...readHistory(file)]).toThrow(message);
  });
});
