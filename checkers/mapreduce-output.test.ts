import { describe, expect, test } from 'vitest';
import type { Json, Op } from '../harness/history/op.ts';
import { mapreduceOutput } from './mapreduce-output.ts';
import { judge } from './testing/judge.ts';

const SPEC: Json = { kind: 'word-count', reducers: 2, splits: 1, seed: 1, size: 9 };

interface TestPart {
  readonly [field: string]: Json;
}
const PART_0 = { partition: 0, length: 4, crc: 11, text: 'a\t1\n' };
const PART_1 = { partition: 1, length: 8, crc: 22, text: 'b\t2\nc\t1\n' };
const COUNTERS = { lines: 2, pairs: 4, keys: 3, out: 3 };

/** The right result, changed. */
function result(parts: readonly TestPart[] = [PART_0, PART_1], counters: Json = COUNTERS): Json {
  return { parts, counters };
}

/** As `run` answers it. */
function short(parts: readonly TestPart[] = [PART_0, PART_1], counters: Json = COUNTERS): Json {
  return result(
    parts.map((part) => Object.fromEntries(Object.entries(part).filter(([field]) => field !== 'text'))),
    counters,
  );
}

type Line = readonly [process: number | string, type: Op['type'], f: string, value?: Json, key?: string];

function history(...lines: readonly Line[]): Op[] {
  return lines.map(([process, type, f, value, key = 'k1'], index) => ({
    index,
    time: index * 1e6,
    process,
    type,
    f,
    ...(typeof process === 'number' && { key }),
    ...(value !== undefined && { value }),
  }));
}

const FINAL: Line = ['runner', 'info', 'final-reads'];

/** One run, one look at its output, the sequential run. */
function good({
  run = short(),
  output = result(),
  sequential = result(),
}: { run?: Json; output?: Json; sequential?: Json } = {}): Op[] {
  return history(
    [0, 'invoke', 'run', SPEC],
    [0, 'ok', 'run', run],
    FINAL,
    [0, 'invoke', 'sequential', SPEC],
    [0, 'ok', 'sequential', sequential],
    [1, 'invoke', 'output'],
    [1, 'ok', 'output', output],
  );
}

const verdictOf = (ops: readonly Op[]) => judge(mapreduceOutput(), ops);
const without = (part: TestPart, change: TestPart): TestPart => ({ ...part, ...change });

test('a run whose every answer is the sequential run’s is valid', () => {
  expect(verdictOf(good())).toMatchObject({ verdict: 'valid' });
});

describe('one thing changed in a good history is a violation, and named', () => {
  test.each<[string, Parameters<typeof good>[0], string]>([
    [
      'a word more in the output',
      { output: result([PART_0, without(PART_1, { text: 'b\t3\nc\t1\n' })]) },
      'output: partition 1, line 1: "b\\t3" instead of "b\\t2"',
    ],
    [
      'an output that ends early',
      { output: result([PART_0, without(PART_1, { text: 'b\t2\n' })]) },
      'output: partition 1, line 2: the end instead of "c\\t1"',
    ],
    [
      'an output that goes on',
      { output: result([without(PART_0, { text: 'a\t1\nx\t1\n' }), PART_1]) },
      'output: partition 0, line 2: "x\\t1" instead of the end',
    ],
    [
      'no end of line',
      { output: result([without(PART_0, { text: 'a\t1' }), PART_1]) },
      'output: partition 0, line 2: an unfinished line instead of the end',
    ],
    ['a partition less', { output: result([PART_0]) }, 'output: lacks partition 1'],
    ['a partition twice', { output: result([PART_0, PART_1, PART_1]) }, 'output: has partition 1 2 times'],
    [
      'a partition from elsewhere',
      { output: result([PART_0, PART_1, without(PART_0, { partition: 2 })]) },
      'output: has a partition 2, of 2 there are',
    ],
    [
      'a checksum, told to the run',
      { run: short([PART_0, without(PART_1, { crc: 23 })]) },
      'run: partition 1 has 8 bytes with checksum 23, the sequential run’s 8 bytes with checksum 22',
    ],
    [
      'a length, told to the run',
      { run: short([without(PART_0, { length: 5 }), PART_1]) },
      'run: partition 0 has 5 bytes with checksum 11, the sequential run’s 4 bytes with checksum 11',
    ],
    [
      'a partition twice, told to the run',
      { run: short([PART_0, PART_0, PART_1]) },
      'run: has partition 0 2 times',
    ],
    [
      'lines counted twice',
      { run: short(undefined, { ...COUNTERS, lines: 4 }) },
      'run: counted 4 lines, the sequential run 2',
    ],
    [
      'pairs',
      { output: result(undefined, { ...COUNTERS, pairs: 5 }) },
      'output: counted 5 pairs, the sequential run 4',
    ],
    [
      'keys',
      { output: result(undefined, { ...COUNTERS, keys: 2 }) },
      'output: counted 2 keys, the sequential run 3',
    ],
    [
      'lines of output',
      { output: result(undefined, { ...COUNTERS, out: 2 }) },
      'output: counted 2 out, the sequential run 3',
    ],
    ['failed', { run: { failed: 'boom' } }, 'run: failed, though the sequential run does not: boom'],
    ['did not fail', { sequential: { failed: 'boom' } }, 'output: has an output, though the job fails: boom'],
    ['gone', { output: null }, 'is gone after it was run to its end'],
  ])('%s', (_, change, summary) => {
    const { verdict, summary: found } = verdictOf(good(change));
    expect({ verdict, found }).toEqual({
      verdict: 'invalid',
      found: expect.stringContaining(summary) as string,
    });
  });

  test('a look between, which is right again later', () => {
    const wrong = result([PART_0, without(PART_1, { text: 'b\t2\n' })]);
    const [run, answered, ...rest] = good();
    const look = history([2, 'invoke', 'output'], [2, 'ok', 'output', wrong]);
    const ops = [run!, answered!, ...look, ...rest].map((op, index) => ({ ...op, index, time: index }));
    expect(verdictOf(ops)).toMatchObject({ verdict: 'invalid' });
  });
});

describe('what may be', () => {
  test.each<[string, Op[]]>([
    [
      'a job that fails fails everywhere, whatever it says',
      good({ run: { failed: 'one' }, output: { failed: 'two' }, sequential: { failed: 'three' } }),
    ],
    [
      'a run that nobody heard of again is there or is not',
      history(
        [0, 'invoke', 'run', SPEC],
        [0, 'info', 'run', SPEC],
        FINAL,
        [1, 'invoke', 'output'],
        [1, 'ok', 'output', null],
      ),
    ],
    [
      'it is there',
      history(
        [0, 'invoke', 'run', SPEC],
        [0, 'info', 'run', SPEC],
        FINAL,
        [1, 'invoke', 'sequential', SPEC],
        [1, 'ok', 'sequential', result()],
        [1, 'invoke', 'output'],
        [1, 'ok', 'output', result()],
      ),
    ],
    [
      'it appears while one looks',
      history(
        [1, 'invoke', 'output'],
        [0, 'invoke', 'run', SPEC],
        [0, 'ok', 'run', short()],
        [1, 'ok', 'output', null],
        FINAL,
        [2, 'invoke', 'sequential', SPEC],
        [2, 'ok', 'sequential', result()],
        [2, 'invoke', 'output'],
        [2, 'ok', 'output', result()],
      ),
    ],
    ['a large output, of which only the checksums are told', good({ output: short() })],
  ])('%s', (_, ops) => {
    expect(verdictOf(ops)).toMatchObject({ verdict: 'valid' });
  });
});

describe('what can’t be', () => {
  test('an output before anybody had asked for the job', () => {
    const ops = history(
      [1, 'invoke', 'output'],
      [1, 'ok', 'output', result()],
      [0, 'invoke', 'run', SPEC],
      [0, 'ok', 'run', short()],
    );
    expect(verdictOf(ops)).toMatchObject({
      verdict: 'invalid',
      summary: expect.stringContaining('was there before it was run') as string,
    });
  });

  test('an output of a job that was refused', () => {
    const ops = history(
      [0, 'invoke', 'run', SPEC],
      [0, 'fail', 'run', SPEC],
      [1, 'invoke', 'output'],
      [1, 'ok', 'output', result()],
    );
    expect(verdictOf(ops)).toMatchObject({
      verdict: 'invalid',
      summary: expect.stringContaining('every run was refused') as string,
    });
  });
});

describe('what proves nothing', () => {
  test.each<[string, Op[], string]>([
    [
      'no sequential run',
      good().filter(({ f }) => f !== 'sequential'),
      'what the sequential run gives is not known',
    ],
    [
      'the sequential run of another job',
      good().map((op) =>
        op.f === 'sequential' && op.type === 'invoke' ? { ...op, value: { kind: 'grep' } } : op,
      ),
      'what the sequential run gives is not known',
    ],
    ['no final look', good().filter(({ f }) => f !== 'output'), 'the output was not read after the last run'],
    ['an answer that is no result', good({ run: 'yes' }), 'expected the result of a job'],
    ['nothing', [], 'no operation to check'],
  ])('%s', (_, ops, summary) => {
    expect(verdictOf(ops)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining(summary) as string,
    });
  });

  test('two jobs under one id', () => {
    const ops = good();
    const other = history([3, 'invoke', 'run', { kind: 'grep' }], [3, 'fail', 'run', { kind: 'grep' }]);
    const both = [...other, ...ops].map((op, index) => ({ ...op, index, time: index }));
    expect(verdictOf(both)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('several jobs were asked for') as string,
    });
  });
});
