/** `faultline explore` as a user has it: the built program in a process of its own. */
import { execa, type Result } from 'execa';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AHEAD } from '../explore/explore.ts';
import type { ExplorationReport } from '../explore/report.ts';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-explore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (...args: string[]) =>
  execa(process.execPath, [program, ...args], { cwd: folder, reject: false, env: { NO_COLOR: '1' } });
const faultline = (...args: string[]): Promise<Result<{ reject: false }>> => start(...args);
const reportOf = (run: Result<{ reject: false }>): ExplorationReport => {
  expect(run.stdout, run.stderr).toMatch(/^\{/);
  return JSON.parse(run.stdout) as ExplorationReport;
};

const PLAN = `
name: small
system: { name: raft-kv, nodes: 3 }
workload: { name: kv, clients: 4, rate: 100/s, keys: 3 }
time: 2s
seed: 5
explore: { nodes: 3, clients: [2, 4], faults: [crash, partition], lanes: 1, options: { preVote: [true, false] } }
`;
/** Two of five pass for a majority, so both sides of a partition go on: about every seed shows it. */
const BUGGY = `
name: small
system: { name: raft-kv, nodes: 5, bugs: [minority-quorum] }
workload: { name: kv, clients: 10, rate: 400/s, keys: 3, ops: { get: 3, put: 3 } }
nemesis: [{ fault: partition, shape: majority-minority, every: 1500ms, for: 1s, after: 500ms }]
time: 4s
seed: 5
explore: { nodes: 5, clients: [8, 10], rate: 400/s, ops: { get: 3, put: 3 }, keys: 3, opTimeout: 1s }
`;

function plan(text = PLAN): string {
  writeFileSync(join(folder, 'small.yaml'), text);
  return 'small.yaml';
}

describe('a correct system', () => {
  test('exit 0, every seed counted, marks told', async () => {
    const run = await faultline('explore', plan(), '--seeds', '6', '--json');
    const report = reportOf(run);
    expect(run.exitCode).toBe(0);
    const { seeds, valid, unknown, invalid, virtual } = report.tally;
    expect(seeds).toBe(6);
    expect(valid + unknown).toBe(6);
    expect(invalid).toBe(0);
    expect(virtual).toBeGreaterThanOrEqual(6 * 2000);
    expect(report.marks.find(({ mark }) => mark === 'leader')).toMatchObject({
      seeds: 6,
      about: 'a node won an election',
    });
    expect(existsSync(join(folder, 'results', 'small'))).toBe(true);
  });

  test('for people: what was reached how often and what never', async () => {
    const run = await faultline('explore', plan(), '--seeds', '2', '--set', 'explore.lanes=0');
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^2 seeds, 0 violations, 2 valid$/m);
    expect(run.stdout).toMatch(/^ {2}leader +2 +\d+ +a node won an election$/m);
    expect(run.stdout).toMatch(/^ {2}torn-tail +never +a torn end of the log/m);
  });
});

describe('a seeded bug', () => {
  test('is found; its run is recorded, and its saved plan shows it again, byte for byte', async () => {
    const run = await faultline('explore', plan(BUGGY), '--set', 'expect=invalid', '--json');
    const report = reportOf(run);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(report.failures).toMatchObject([{ checker: 'linearizable', count: 1 }]);
    expect(report.recorded).toMatchObject([{ verdict: 'invalid', confirmed: true }]);
    expect(run.stderr).toContain('INVALID, as expected');
    const saved = report.failures[0]!.failures[0]!.plan!;
    const again = await faultline('run', saved, '--out', 'again');
    expect(again.exitCode, again.stdout).toBe(0);
    const history = (path: string): string => readFileSync(join(folder, path, 'history.jsonl'), 'utf8');
    expect(history('again/latest')).toBe(history(report.recorded[0]!.folder));
  });

  test('where none is expected: exit 1; with --keep-going all, in groups, each with its plan', async () => {
    const run = await faultline(
      'explore',
      plan(BUGGY),
      '--seeds',
      '12',
      '--keep-going',
      '--no-steer',
      '--json',
    );
    const report = reportOf(run);
    expect(run.exitCode).toBe(1);
    expect(report.tally.seeds).toBe(12);
    const failures = report.failures.flatMap((group) => group.failures);
    expect(failures.length).toBe(report.tally.invalid);
    expect(failures.length).toBeGreaterThan(1);
    for (const { plan } of failures) expect(existsSync(join(folder, plan!))).toBe(true);
    // Without steering a seed's number alone shows it again.
    const { seed } = failures.at(-1)!;
    const alone = await faultline(
      'explore',
      'small.yaml',
      '--no-steer',
      '--seeds',
      '1',
      '--seed',
      String(seed),
      '--json',
    );
    expect(reportOf(alone).failures.flatMap((group) => group.failures)).toMatchObject([{ seed }]);
  });
});

test('an expected violation that no seed shows: exit 1', async () => {
  const run = await faultline('explore', plan(), '--seeds', '3', '--set', 'expect=invalid');
  expect(run.exitCode, run.stdout).toBe(1);
});

test('only unknown: exit 2, and why', async () => {
  const text = PLAN.replace('explore:', 'require: { marks: [torn-tail] }\nexplore:').replace('crash, ', '');
  const run = await faultline('explore', plan(text), '--seeds', '3');
  expect(run.exitCode, run.stdout).toBe(2);
  expect(run.stdout).toMatch(
    /\? 3 seeds unknown: the run proves too little: no node reached torn-tail, which is required/,
  );
});

test('Ctrl-C ends it at once, with what is known', async () => {
  const running = start('explore', plan(PLAN.replace('2s', '60s')), '--seeds', '100000', '--json');
  await new Promise((resolve) => running.stderr!.once('data', resolve));
  running.kill('SIGINT');
  const run = await running;
  expect(run.exitCode).toBe(130);
  expect(reportOf(run)).toMatchObject({ interrupted: true, recorded: [] });
});

describe('refused, nothing started', () => {
  test.each([
    ['no such plan', ['nothing.yaml'], /there is no such file/],
    ['a seed that is none', ['small.yaml', '--seed', 'x'], /--seed x/],
    ['no seeds', ['small.yaml', '--seeds', '0'], /whole number from 1/],
    [
      'more threads than seeds that are under way',
      ['small.yaml', '--jobs', String(AHEAD + 1)],
      /at most 128/,
    ],
    ['a bare number for a duration', ['small.yaml', '--for', '10'], /a duration such as/],
    [
      'a range that nothing is in',
      ['small.yaml', '--set', 'explore.keys={min: 5, max: 2}'],
      /min is more than max/,
    ],
    [
      'an option that is none',
      ['small.yaml', '--set', 'explore.options={preVoet: true}'],
      /did you mean `preVote`/,
    ],
    [
      'faults of its own that cannot happen',
      [
        'small.yaml',
        '--set',
        'explore={nodes: 2}',
        '--set',
        'nemesis=[{fault: pause, target: n3, after: 0s}]',
      ],
      /explore.faults/,
    ],
  ])('%s', async (_, args, said) => {
    plan();
    const run = await faultline('explore', ...args);
    expect(run.exitCode, run.stderr).toBe(254);
    expect(run.stderr).toMatch(said);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });
});
