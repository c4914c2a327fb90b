import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../contract.ts';
import type { Job } from './job.ts';
import { MapRun } from './map-run.ts';
import { addModule } from './module.ts';
import { partitionOf } from './partition.ts';
import { ReduceRun } from './reduce-run.ts';
import { sequentialRun, type SequentialRun } from './sequential.ts';
import { parseSpec, type JobSpec } from './spec.ts';
import { textFromSeed } from './text.ts';

const noFile = (): undefined => undefined;

function specOf(json: Json, module = ''): JobSpec {
  const spec = parseSpec(json, module);
  if (typeof spec === 'string') throw new Error(spec);
  return spec;
}

const TEXTS = ['the cat saw the dog\nthe dog\n', 'a cat\n\nno dog here\n'];

/** As workers do it, with maps that read `slice` characters at once. */
function distributed(spec: JobSpec, slice: number): SequentialRun {
  const { job, splits, reducers } = spec;
  const maps = Array.from({ length: splits }, (_, split) => {
    const run = new MapRun(job, split, spec.textOf(split, noFile));
    while (run.advance(slice));
    return { run, buckets: run.buckets(reducers, (key) => partitionOf(key, reducers)) };
  });
  const reduces = Array.from({ length: reducers }, (_, partition) => {
    const run = new ReduceRun(
      job,
      maps.map(({ buckets }) => buckets[partition]!),
    );
    while (run.advance(slice));
    return run;
  });
  const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
  return {
    output: reduces.map(({ text }) => text),
    counters: {
      lines: sum(maps.map(({ run }) => run.lines)),
      pairs: sum(maps.map(({ run }) => run.pairs)),
      keys: sum(reduces.map(({ keys }) => keys)),
      out: sum(reduces.map(({ out }) => out)),
    },
  };
}

describe('what the jobs give', () => {
  test.each<[string, Json, string, SequentialRun['counters']]>([
    [
      'word count',
      { kind: 'word-count', reducers: 1, texts: TEXTS },
      'a\t1\ncat\t2\ndog\t3\nhere\t1\nno\t1\nsaw\t1\nthe\t3\n',
      { lines: 5, pairs: 12, keys: 7, out: 7 },
    ],
    [
      'inverted index',
      { kind: 'inverted-index', reducers: 1, texts: TEXTS },
      'a\t1:0\ncat\t0:0 1:0\ndog\t0:0 0:1 1:2\nhere\t1:2\nno\t1:2\nsaw\t0:0\nthe\t0:0 0:1\n',
      { lines: 5, pairs: 11, keys: 7, out: 7 },
    ],
    [
      'grep',
      { kind: 'grep', pattern: '(cat|no)', reducers: 1, texts: [...TEXTS, 'a cat'] },
      'a cat\t1:0\na cat\t2:0\nno dog here\t1:2\nthe cat saw the dog\t0:0\n',
      { lines: 6, pairs: 4, keys: 3, out: 4 },
    ],
  ])('%s', (_, json, output, counters) => {
    const expected = { output: [output], counters };
    expect(sequentialRun(specOf(json), noFile)).toEqual(expected);
    expect(distributed(specOf(json), 1000)).toEqual(expected);
  });

  test('a module of the user’s', () => {
    addModule('letters', {
      map(line: string, split: number, number: number, emit: (key: string, value: Json) => void) {
        for (const letter of line) emit(letter, `${split}.${number}`);
      },
      reduce(key: string, values: readonly Json[], emit: (text: string) => void) {
        emit(values.join(','));
        if (key === 'b') emit('twice');
      },
    });
    const spec = specOf({ kind: 'module', reducers: 1, texts: ['ab\nb', 'a'] }, 'letters');
    expect(sequentialRun(spec, noFile).output).toEqual(['a\t0.0,1.0\nb\t0.0,0.1\nb\ttwice\n']);
  });
});

test('maps and reduces together give what the sequential run gives, however they are cut', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'ab',
    'é',
    '𝄞',
    '\ufeff',
    '\u2028',
    '"',
    '__proto__',
    '10',
    '9',
    '\ud800',
  );
  const text = fc
    .array(fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')))
    .map((lines) => lines.join('\n'));
  const job = fc.constantFrom<Json>(
    { kind: 'word-count' },
    { kind: 'inverted-index' },
    { kind: 'grep', pattern: 'a' },
  );
  const joining: Job['reduce'] = (_key, values, emit) => emit(JSON.stringify(values));
  fc.assert(
    fc.property(
      job,
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      (kind, texts, reducers, slice, joins) => {
        const spec = specOf({ ...(kind as object), reducers, texts } as Json);
        // Without `combine`, and with every value in the output, their order shows.
        const { map, name } = spec.job;
        const shown = joins ? { ...spec, job: { name, map, reduce: joining } } : spec;
        expect(distributed(shown, slice)).toEqual(sequentialRun(shown, noFile));
      },
    ),
  );
});

test('every key is in one partition, and the partitions share the keys', () => {
  const counts = [0, 0, 0, 0];
  for (let key = 0; key < 4000; key++) counts[partitionOf(`word${key}`, 4)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

describe('input from a seed', () => {
  test('is the same for the same seed and split, and another for any other', () => {
    const text = textFromSeed(1, 0, 500);
    expect(textFromSeed(1, 0, 500)).toBe(text);
    expect(textFromSeed(2, 0, 500)).not.toBe(text);
    expect(textFromSeed(1, 1, 500)).not.toBe(text);
  });

  test('is whole lines of words, as long as asked for', () => {
    const text = textFromSeed(3, 0, 5000);
    expect(text).toMatch(/^([a-z]+( [a-z]+)*\n)+$/);
    expect(text.length).toBeGreaterThanOrEqual(5000);
    expect(text.length).toBeLessThan(5200);
  });
});

describe('what is no job', () => {
  test.each<[string, Json, string]>([
    ['a text', 'word-count', 'a job is an object'],
    ['another kind', { kind: 'sort', reducers: 1, texts: ['a'] }, 'the kind of a job is'],
    ['no reducers', { kind: 'word-count', reducers: 0, texts: ['a'] }, 'reducers'],
    ['no input', { kind: 'word-count', reducers: 1 }, 'seed, texts or files'],
    ['no texts', { kind: 'word-count', reducers: 1, texts: [] }, 'texts are 1 to'],
    ['a file elsewhere', { kind: 'word-count', reducers: 1, files: ['../secret'] }, 'flat names'],
    [
      'a pattern that is none',
      { kind: 'grep', pattern: '(', reducers: 1, texts: ['a'] },
      'no regular expression',
    ],
    [
      'a split without end',
      { kind: 'word-count', reducers: 1, seed: 1, splits: 1, size: 1e12 },
      'the size of a split',
    ],
    ['no module', { kind: 'module', reducers: 1, texts: ['a'] }, 'there is no module'],
  ])('%s', (_, json, why) => {
    expect(parseSpec(json, '')).toContain(why);
  });

  test('a module without map, reduce, or with a combine that is none', () => {
    const map = (): void => undefined;
    expect(() => addModule('x.js', { reduce: map })).toThrow('x.js exports no function `map');
    expect(() => addModule('x.js', { map })).toThrow('x.js exports no function `reduce');
    expect(() => addModule('x.js', { map, reduce: map, combine: 1 })).toThrow('`combine`');
  });
});

test('a file that is not there', () => {
  const spec = specOf({ kind: 'word-count', reducers: 1, files: ['input-0'] });
  expect(() => sequentialRun(spec, noFile)).toThrow('no input file input-0');
  expect(sequentialRun(spec, (file) => `${file} it is\n`).output).toEqual(['input-0\t1\nis\t1\nit\t1\n']);
});
