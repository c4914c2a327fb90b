/** The assertions by themselves, then as a user's project has them: in vitest, in node:test, and typed. */
import { execa } from 'execa';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'porcupine-ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assertLinearizable, ILLEGAL, judgeHistory, runPlan, type GivenOp, type Model } from './index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-assert-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Two processes, one after the other; the second reads `read`. */
function wroteThenRead(read: number | null): readonly GivenOp[] {
  return [
    { process: 1, type: 'invoke', f: 'write', value: 1 },
    { process: 1, type: 'ok', f: 'write', value: 1 },
    { process: 2, type: 'invoke', f: 'read' },
    { process: 2, type: 'ok', f: 'read', value: read },
  ];
}

const keepIn = false;

describe('a history in a test', () => {
  test('linearizable: passes', async () => {
    await assertLinearizable(wroteThenRead(1), 'register', { keepIn });
    await assertLinearizable(wroteThenRead(1), register(), { keepIn });
  });

  test('not: the message is the explanation, the smallest piece, and a command that shows it again', async () => {
    const options = { keepIn: join(folder, 'results') };
    const { verdict, message } = await judgeHistory(wroteThenRead(null), 'register', options);
    expect(verdict).toBe('invalid');
    const [, file] = /see it again: {2}faultline check (\S+) --model register/.exec(message) ?? [];
    expect(readFileSync(file!, 'utf8').split('\n')).toHaveLength(5);
    expect(message.replace(file!, 'FILE')).toMatchInlineSnapshot(`
      "not linearizable: 2 operations
        ✗ linearizable  not linearizable: nothing explains read → null (op 2)

      stale read
        process 2 read nothing at 0.000 s (op 2).
        Something had been there: process 1's write of 1 (op 0), acknowledged at 0.000 s, 0.00 ms before the
          read began.
        By then the object could only have been 1.

      2 of the 2 operations are enough to show it, none of which can be left out:
           op 0  process 1  write 1 → ok  0.0000 s – 0.0000 s
        ✗  op 2  process 2  read → null   0.0000 s – 0.0000 s

      When op 2 completed, this is all that the object could have been:
        1 (after op 0)

      see it again:  faultline check FILE --model register --checker linearizable"
    `);
    await expect(assertLinearizable(wroteThenRead(null), 'register', options)).rejects.toMatchObject({
      name: 'Failed',
      code: 'ERR_ASSERTION',
      verdict: 'invalid',
      message,
    });
  });

  test('that proves nothing, or that takes too long: unknown, which is no success', async () => {
    await expect(assertLinearizable([], 'register')).rejects.toThrow(
      /unknown whether linearizable[^]*non-vacuity/,
    );
    const many = Array.from({ length: 4000 }, (_, at): GivenOp => {
      const process = at % 2000;
      return at < 2000
        ? { process, type: 'invoke', f: 'write', value: at % 7 }
        : { process, type: 'ok', f: 'write' };
    });
    const hard = [...many, ...wroteThenRead(9)];
    await expect(judgeHistory(hard, 'register', { memory: 1, keepIn })).resolves.toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('the search needs more than') as unknown,
    });
  });

  test('a model of one’s own counts, also where it has the name of one of ours', async () => {
    const anything: Model = { name: 'register', init: () => null, step: (state) => state };
    expect(await judgeHistory(wroteThenRead(null), anything, { keepIn })).toMatchObject({ verdict: 'valid' });
    const nothing: Model = { name: 'register', init: () => null, step: () => ILLEGAL };
    expect(await judgeHistory(wroteThenRead(1), nothing, { keepIn })).toMatchObject({ verdict: 'invalid' });
  });

  test.each([
    [[{ process: 1, type: 'done', f: 'read' }], 'register', 'op 0: type: expected invoke, ok, fail or info'],
    [
      [{ process: 1, type: 'invoke', f: 'get' }],
      'register',
      'op 0: expected a function of the model register',
    ],
    [wroteThenRead(1), 'regster', 'there is no model regster: expected one of'],
    [wroteThenRead(1), undefined, 'expected a model'],
    [wroteThenRead(1).map((op) => ({ ...op, index: 3 })), 'register', 'op 1: index: expected more than 3'],
    ['nowhere.jsonl', 'register', 'no history at nowhere.jsonl'],
  ])('what is no history is a mistake and not a verdict: %#', async (history, model, message) => {
    const given = history as readonly GivenOp[];
    await expect(assertLinearizable(given, model, { keepIn })).rejects.toMatchObject({
      name: 'HistoryMistake',
      message: expect.stringContaining(message) as unknown,
    });
  });
});

describe('a plan in a test', () => {
  const plan = {
    name: 'in-a-test',
    system: { name: 'raft-kv', nodes: 3 },
    host: 'sim',
    workload: { name: 'kv', clients: 4, rate: '200/s', keys: 3 },
    nemesis: [{ fault: 'partition', shape: 'isolate-leader', every: '2s', for: '1s' }],
    time: '4s',
    seed: 3,
  };

  test('as its plan expects: its folder can be judged again', async () => {
    const out = join(folder, 'results');
    const run = await runPlan(plan, { out });
    expect(run.verdict).toMatchObject({ plan: 'in-a-test', seed: 3, verdict: 'valid' });
    await assertLinearizable(run.folder);
    await assertLinearizable(join(run.folder, 'history.jsonl'), 'kv');
  });

  test('not: rejects with the explanation and the command that shows it again', async () => {
    const file = join(root, 'plans/bugs/raft-kv/stale-read.yaml');
    const options = { out: join(folder, 'results'), host: 'sim', seed: 1, set: ['expect=valid'] };
    await expect(runPlan(file, options)).rejects.toMatchObject({
      name: 'Failed',
      verdict: 'invalid',
      message: expect.stringMatching(
        /^bug-stale-read, seed 1: INVALID, expected valid[^]*stale read\n[^]*are enough to show it[^]*faultline replay /,
      ) as unknown,
    });
  });

  test('with mistakes: all of them, and nothing is started', async () => {
    const out = join(folder, 'results');
    await expect(runPlan({ ...plan, host: 'simm', tiem: '1s' }, { out })).rejects.toThrow(
      /simm[^]*tiem|tiem[^]*simm/,
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe('in a project of the user’s', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'faultline'), 'dir');
    symlinkSync(join(root, 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'history.ts'),
      `export const stale = ${JSON.stringify(wroteThenRead(null))} as const;\nexport const right = ${JSON.stringify(wroteThenRead(1))} as const;\n`,
    );
  });

  test('vitest: expect(history).toBeLinearizable(model)', async () => {
    writeFileSync(
      join(folder, 'register.test.ts'),
      `import { expect, test } from 'vitest';
import { runPlan } from 'faultline/vitest';
import { right, stale } from './history.ts';
test('right', async () => { await expect(right).toBeLinearizable('register'); });
test('stale', async () => { await expect(stale).toBeLinearizable('register'); });
test('not stale', async () => { await expect(stale).not.toBeLinearizable('register'); });
test('unknown', async () => { await expect([]).toBeLinearizable('register'); });
test('not unknown', async () => { await expect([]).not.toBeLinearizable('register'); });
test('plan', async () => {
  const { verdict } = await runPlan({ system: { name: 'raft-kv' }, host: 'sim', workload: { name: 'kv' }, time: '1s', seed: 1 });
  expect(verdict.met).toBe(true);
});
`,
    );
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const run = await execa(process.execPath, [vitest, 'run', '--reporter=json', '--root', folder], {
      cwd: folder,
      reject: false,
    });
    const report = JSON.parse(run.stdout) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = report.testResults[0]!.assertionResults;
    expect(Object.fromEntries(results.map(({ title, status }) => [title, status]))).toEqual({
      right: 'passed',
      stale: 'failed',
      'not stale': 'passed',
      unknown: 'failed',
      'not unknown': 'failed',
      plan: 'passed',
    });
    const failure = results.find(({ title }) => title === 'stale')!.failureMessages.join('\n');
    expect(failure).toContain('stale read');
    expect(failure).toContain('are enough to show it');
    expect(failure).toMatch(/faultline check results\/histories\/\w+\.jsonl --model register/);
  });

  test('node:test: assertLinearizable(history, model)', async () => {
    writeFileSync(
      join(folder, 'register.test.js'),
      `import { test } from 'node:test';
import { assertLinearizable, runPlan } from 'faultline';
const right = ${JSON.stringify(wroteThenRead(1))};
const stale = ${JSON.stringify(wroteThenRead(null))};
test('right', () => assertLinearizable(right, 'register'));
test('stale', () => assertLinearizable(stale, 'register'));
test('plan', () => runPlan({ system: { name: 'raft-kv' }, host: 'sim', workload: { name: 'kv' }, time: '1s', seed: 1 }));
`,
    );
    const run = await execa(process.execPath, ['--test', '--test-reporter=tap'], {
      cwd: folder,
      reject: false,
      env: { NODE_TEST_CONTEXT: undefined },
    });
    expect(run.stdout, run.stderr).toMatch(/^ok \d+ - right$/m);
    expect(run.stdout).toMatch(/^not ok \d+ - stale$/m);
    expect(run.stdout).toMatch(/^ok \d+ - plan$/m);
    expect(run.stdout).toContain('are enough to show it');
    expect(run.exitCode).toBe(1);
  });

  test('typed: what is right compiles, what is wrong does not', async () => {
    const options = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: [] };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { ...options, skipLibCheck: true, allowImportingTsExtensions: true },
        include: ['*.ts'],
      }),
    );
    writeFileSync(
      join(folder, 'typed.ts'),
      `import { expect } from 'vitest';
import 'faultline/vitest';
import { assertLinearizable, runPlan, type Node, type RunVerdict, type System } from 'faultline';
import { stale } from './history.ts';
export const system = { name: 'x' } satisfies Partial<System>;
export const status: ReturnType<Node['status']>['role'] = 'leader';
await expect(stale).toBeLinearizable('register', { timeout: 1000 });
await assertLinearizable(stale, 'register');
const { verdict } = await runPlan('plan.yaml', { host: 'sim' });
const word: RunVerdict['verdict'] = verdict.verdict;
// @ts-expect-error: no such type of op
await assertLinearizable([{ process: 1, type: 'done', f: 'read' }], 'register');
// @ts-expect-error: no such option
await expect(stale).toBeLinearizable('register', { timout: 1 });
console.log(word);
`,
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const run = await execa(process.execPath, [tsc, '-p', folder], { cwd: folder, reject: false });
    expect(run.stdout).toBe('');
    expect(run.exitCode).toBe(0);
  });

  test('typed: what `faultline init` makes is right, by the contract', async () => {
    cpSync(join(root, 'templates/primary-kv/system'), join(folder, 'system'), { recursive: true });
    const options = { strict: true, checkJs: true, module: 'nodenext', target: 'es2023', noEmit: true };
    const config = {
      compilerOptions: { ...options, types: [], skipLibCheck: true },
      include: ['system/*.js'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const check = () => execa(process.execPath, [tsc, '-p', folder], { cwd: folder, reject: false });
    expect((await check()).stdout).toBe('');
    const file = join(folder, 'system', 'index.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace("leaderRole: 'primary'", 'leaderRole: 7'));
    expect((await check()).stdout).toContain("Type 'number' is not assignable to type 'string'");
  });
});
