/** `faultline init`, and what can be done with a system of the user's own, as the user does it. */
import { execa, type Result } from 'execa';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-init-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In the folder `at` of the test's own. */
function faultline(at: string, ...args: string[]): Promise<Result<{ reject: false }>> {
  return execa(process.execPath, [program, ...args], {
    cwd: join(folder, at),
    reject: false,
    env: { NO_COLOR: '1' },
  });
}

async function made(): Promise<void> {
  const init = await faultline('', 'init', 'demo');
  expect(init.exitCode, init.stderr).toBe(0);
}

describe('init', () => {
  test('what it makes runs at once, on real processes and simulated', async () => {
    await made();
    const valid = await faultline('demo', 'validate', 'plan.yaml', 'bug.yaml', 'explore.yaml');
    expect(valid.exitCode, valid.stderr).toBe(0);
    const real = await faultline('demo', 'run', 'plan.yaml', '--time', '7s', '--set', 'require.okOps=50');
    expect(real.stdout, real.stderr).toContain('VALID, as expected');
    const simulated = await faultline('demo', 'run', 'plan.yaml', 'bug.yaml', '--host', 'sim');
    expect(simulated.stdout, simulated.stderr).toContain('2 of 2 as expected');
    expect(simulated.stdout).toContain('stale read');
    expect(simulated.stdout).toContain('./system, 3 nodes on host sim');
  });

  test('each of its seeded bugs is found by exploring, and made small; the system without them is not', async () => {
    await made();
    for (const bug of ['ack-before-sync', 'read-from-followers']) {
      const args = ['--set', `system.bugs=[${bug}]`, '--seed', '1', '--seeds', '60'];
      const explored = await faultline('demo', 'explore', 'explore.yaml', ...args);
      expect(explored.exitCode, bug + explored.stdout + explored.stderr).toBe(1);
      expect(explored.stdout).toContain('nothing more can be taken away');
    }
    const correct = await faultline('demo', 'explore', 'explore.yaml', '--seeds', '60', '--keep-going');
    expect(correct.exitCode, correct.stdout + correct.stderr).toBe(0);
  });

  test('a run of it replays exactly, also when the project was moved; then it is judged, shown and shrunk', async () => {
    await made();
    const run = await faultline('demo', 'run', 'bug.yaml', '--host', 'sim');
    expect(run.exitCode, run.stderr).toBe(0);
    mkdirSync(join(folder, 'elsewhere'));
    renameSync(join(folder, 'demo'), join(folder, 'elsewhere', 'moved'));
    const at = join('elsewhere', 'moved');
    expect((await faultline(at, 'replay')).stdout).toContain('identical, byte for byte');
    expect((await faultline(at, 'check', 'results/latest')).exitCode).toBe(1);
    expect((await faultline(at, 'report')).exitCode).toBe(0);
    const shrunk = await faultline(at, 'shrink');
    expect(shrunk.exitCode, shrunk.stderr).toBe(0);
    expect((await faultline(at, 'replay')).stdout).toContain('identical, byte for byte');
    const again = await faultline(at, 'run', 'results/latest/plan.yaml');
    expect(again.stdout, again.stderr).toContain('INVALID, as expected');
  });

  test('results outside of the project name its system by an absolute path', async () => {
    await made();
    const out = join(folder, 'out');
    await faultline('demo', 'run', 'bug.yaml', '--host', 'sim', '--out', out);
    const kept = readFileSync(join(out, 'latest', 'plan.yaml'), 'utf8');
    expect(kept).toContain(`name: ${join(folder, 'demo', 'system')}\n`);
    expect((await faultline('', 'replay', 'out/latest')).stdout).toContain('identical, byte for byte');
  });

  test.each([
    ['demo', 'is there already'],
    ['.', 'is there already'],
    ['a b', 'expected a name'],
    ['latest', 'expected a name'],
  ])('refuses %s and writes nothing', async (name, why) => {
    mkdirSync(join(folder, 'demo'));
    writeFileSync(join(folder, 'demo', 'plan.yaml'), 'mine');
    const init = await faultline('', 'init', name);
    expect(init.exitCode).toBe(254);
    expect(init.stderr).toContain(why);
    expect(readdirSync(folder)).toEqual(['demo']);
    expect(readFileSync(join(folder, 'demo', 'plan.yaml'), 'utf8')).toBe('mine');
  });
});

test('what throws in a node is said, with where its stack is', async () => {
  await made();
  const file = join(folder, 'demo', 'system', 'primary.js');
  const broken = readFileSync(file, 'utf8').replace(
    "if (f === 'get')",
    "if (f === 'cas') throw new Error('oh no');\n    if (f === 'get')",
  );
  writeFileSync(file, broken);
  const run = await faultline('demo', 'run', 'plan.yaml', '--host', 'sim', '--time', '7s');
  expect(run.stdout).toMatch(/n1 exited by itself at .*: Error: oh no; see nodes\/n1\/node.log/);
  const log = readFileSync(join(folder, 'demo', 'results', 'latest', 'nodes', 'n1', 'node.log'), 'utf8');
  expect(log).toMatch(/Primary\.onRequest .*primary\.js:\d+/);
});

test('list knows a system of the user’s own', async () => {
  await made();
  const list = await faultline('demo', 'list', 'bugs', '--system', './system', '--json');
  const bugs = JSON.parse(list.stdout) as { name: string }[];
  expect(bugs.map(({ name }) => name)).toEqual(['ack-before-sync', 'read-from-followers']);
  const none = await faultline('demo', 'list', '--system', './other');
  expect(none.exitCode).toBe(254);
  expect(none.stderr).toContain('there is no system');
});

describe('a module that is no system', () => {
  test.each([
    ['missing', undefined, 'there is no system’s module at'.replace('’', "'")],
    ['no export', 'export const other = 1;', 'does not export `system`; it exports other'],
    ['throws', 'export const a = 1;\nthrow new Error("no such thing");', 'Error: no such thing (./own.js:2)'],
    ['no JavaScript', 'export const a = 1;\n\nconst = 2;', "SyntaxError: Unexpected token '=' (./own.js:3)"],
    [
      'wrong shape',
      'export const system = { name: "x", roles: "r" };',
      'system.roles: expected a list of texts',
    ],
  ])('%s: said with its place, nothing started, exit 254', async (_, code, message) => {
    if (code !== undefined) writeFileSync(join(folder, 'own.js'), code);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'p.yaml'), 'system: { name: ./own.js }\nworkload: { name: kv }\n');
    for (const command of ['validate', 'run', 'explore', 'repeat', 'shrink']) {
      const run = await faultline('', command, 'p.yaml');
      expect(run.exitCode, command + run.stdout).toBe(254);
      expect(run.stderr).toContain(message);
      expect(run.stderr).toContain('p.yaml:1:17');
    }
    expect(readdirSync(folder).filter((name) => name === 'results')).toEqual([]);
  });

  test('names of its own are held against it: bugs, options, roles, marks', async () => {
    await made();
    const set = ['system.bugs=[stale]', 'system.options={resend: 1s}', 'require.marks=[recoverd]'];
    const nemesis = 'nemesis=[{ fault: crash, target: primry }]';
    const run = await faultline(
      'demo',
      'validate',
      'plan.yaml',
      ...[...set, nemesis].flatMap((one) => ['--set', one]),
    );
    expect(run.exitCode).toBe(254);
    for (const word of ['ack-before-sync', 'resendEvery', 'recovered', 'primary'])
      expect(run.stderr).toContain(word);
  });

  test('to judge a run that others made does not run what its plan names', async () => {
    await made();
    await faultline('demo', 'run', 'plan.yaml', '--host', 'sim');
    const code =
      'import { writeFileSync } from "node:fs";\nwriteFileSync("was-run", "");\nexport const system = {};';
    writeFileSync(join(folder, 'demo', 'system', 'index.js'), code);
    const check = await faultline('demo', 'check', 'results/latest');
    expect(check.exitCode, check.stderr).toBe(0);
    expect(check.stdout).toContain('✓ non-vacuity');
    expect((await faultline('demo', 'report')).exitCode).toBe(0);
    expect(readdirSync(join(folder, 'demo'))).not.toContain('was-run');
  });
});
