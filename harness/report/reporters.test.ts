import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { RunVerdict } from '../store/verdict.ts';
import { annotations, stepSummary } from './github.ts';
import { junitXml } from './junit.ts';
import { isRed, standingOf, type ReportedRun } from './outcome.ts';

const schema = readFileSync(new URL('./fixtures/junit.xsd', import.meta.url), 'utf8');
const STARTED = new Date('2026-01-02T03:04:05.678Z');

async function problemsOf(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [{ fileName: 'junit.xsd', contents: schema }],
  });
  return errors.map(({ message }) => message);
}

function verdict(changes: Partial<RunVerdict> = {}): RunVerdict {
  return {
    format: 1,
    plan: 'p',
    seed: 1,
    host: 'sim',
    started: STARTED.toISOString(),
    verdict: 'valid',
    expect: 'valid',
    met: true,
    interrupted: false,
    seen: null,
    ops: 12,
    checks: [],
    explanation: null,
    environment: {},
    reproduce: ['faultline replay results/p'],
    ...changes,
  };
}

function run(changes: Partial<ReportedRun> = {}): ReportedRun {
  return {
    file: 'plans/p.yaml',
    plan: 'p',
    seed: 1,
    round: 0,
    wasRun: true,
    seconds: 1.5,
    folder: 'results/p/1',
    verdict: verdict(),
    failure: undefined,
    ...changes,
  };
}

const violated = run({
  verdict: verdict({
    verdict: 'invalid',
    met: false,
    checks: [
      { checker: 'linearizable', verdict: 'invalid', summary: 'not linearizable on key "x"', details: null },
    ],
    explanation: {
      pattern: 'stale read',
      sentences: ['key "x": process 1 read 1.', '1 had been overwritten.'],
    },
  }),
});
const unknown = run({ verdict: verdict({ verdict: 'unknown', met: false }) });
const allowed = run({ verdict: verdict({ verdict: 'unknown', met: true }) });
const broken = run({ verdict: undefined, folder: undefined, failure: 'no space left' });
const notRun = run({
  wasRun: false,
  verdict: undefined,
  folder: undefined,
  failure: 'not run: the budget was used up',
});
const leftOut = { ...notRun, round: 1, seed: 2 };
const all = [run(), violated, unknown, broken, notRun, leftOut, allowed];

test('only what is as expected is green, and what was left out or may be unknown is not red', () => {
  expect(all.map(standingOf)).toEqual([
    'met',
    'violated',
    'unknown',
    'failed',
    'not run',
    'left out',
    'allowed',
  ]);
  expect(all.map((one) => isRed(standingOf(one)))).toEqual([false, true, true, true, true, false, false]);
});

describe('JUnit', () => {
  test('every kind of outcome, by the schema', async () => {
    const xml = junitXml(all, STARTED);
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml).toMatchSnapshot();
  });

  test('the schema refuses what is not JUnit', async () => {
    const xml = junitXml(all, STARTED);
    expect(await problemsOf(xml.replace('errors="2"', 'errors="two"'))).not.toEqual([]);
    expect(await problemsOf(xml.replace('<failure', '<fault').replace('</failure>', '</fault>'))).not.toEqual(
      [],
    );
  });

  test('whatever is in names and texts stays text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (wild) => {
        const text = `${wild}</failure><script>\u001b[31m\u0000]]>&"'\ud800`;
        const xml = junitXml(
          [run({ file: text, plan: text, verdict: undefined, failure: text }), { ...violated, plan: text }],
          STARTED,
        );
        expect(await problemsOf(xml)).toEqual([]);
        expect(xml).not.toContain('<script>');
        expect(xml).not.toContain('\u001b');
      }),
      { numRuns: 10 },
    );
  });
});

describe('GitHub', () => {
  test('an annotation for each that is red', () => {
    expect(annotations(all)).toMatchSnapshot();
  });

  test('nothing in a plan’s name or an answer is a command or markup', () => {
    const wild = '::error::x\n::set-output name=a::b%0A,title=y <b>|`\u001b[31m';
    const runs = [run({ plan: wild, file: wild, verdict: undefined, failure: wild })];
    const [line, ...more] = annotations(runs);
    expect(more).toEqual([]);
    expect(line).toMatch(/^::error file=[^\n,:]*,title=[^\n,:]*::[^\n]*$/);
    expect(line).not.toContain('\u001b');
    const summary = stepSummary(runs);
    expect(summary).not.toContain('<b>');
    expect(summary.split('\n').filter((row) => row.startsWith('::'))).toEqual([]);
    expect(summary.split('\n').filter((row) => row.startsWith('|'))).toHaveLength(3);
  });

  test('a summary of all', () => {
    expect(stepSummary(all)).toMatchSnapshot();
  });
});
