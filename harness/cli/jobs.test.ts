/** `faultline run --jobs`, the built program: several harnesses of one, and none is left when it ends. */
import { execa } from 'execa';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-jobs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function plan(name: string, changes = ''): string {
  const text = `
system: { name: raft-kv, nodes: 3 }
workload: { name: kv, clients: 3, rate: 100/s, keys: 3 }
time: 2s
seed: 5
${changes}`;
  writeFileSync(join(folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

function start(...args: string[]) {
  return execa(process.execPath, [program, 'run', ...args], {
    cwd: folder,
    reject: false,
    env: { NO_COLOR: '1' },
  });
}

test('several plans at once: lines told apart, outcomes and reports in the order of the plans', async () => {
  const files = [
    plan('long', 'host: sim'),
    plan('short', 'host: sim'),
    plan('odd', 'host: sim\nexpect: invalid'),
  ];
  const run = await start(
    ...files,
    '--jobs',
    '3',
    '--set',
    'time=3s',
    '--reporter',
    'junit=junit.xml',
    '--json',
  );
  expect(run.exitCode, run.stderr).toBe(1);
  for (const name of ['long', 'short', 'odd'])
    expect(run.stderr).toContain(`[${name}] judging the history …`);
  expect(run.stderr).toContain('2 of 3 as expected');
  const answers = JSON.parse(run.stdout) as { file: string; verdict: { plan: string; verdict: string } }[];
  expect(answers.map(({ file, verdict }) => [file, verdict.plan, verdict.verdict])).toEqual(
    ['long', 'short', 'odd'].map((name) => [`${name}.yaml`, name, 'valid']),
  );
  const cases = readFileSync(join(folder, 'junit.xml'), 'utf8').matchAll(/<testcase name="(\w+),/g);
  expect([...cases].map(([, name]) => name)).toEqual(['long', 'short', 'odd']);
  expect(answers.map(({ file }) => file)).toEqual(files);
});

test('each gets the options of the command, and the budget counts for all', async () => {
  const files = [plan('a', 'host: sim'), plan('b')];
  const run = await start(
    ...files,
    '--jobs',
    '2',
    '--seed',
    '9',
    '--set',
    'workload.clients=4',
    '--budget',
    '1s',
  );
  expect(run.exitCode, run.stderr).toBe(2);
  expect(run.stdout).toContain('not run: the budget was used up');
  const kept = readFileSync(join(folder, 'results', 'latest', 'plan.yaml'), 'utf8');
  expect(kept).toContain('seed: 9');
  expect(kept).toContain('clients: 4');
  expect(readdirSync(join(folder, 'results'))).toEqual(['a', 'latest']);
});

/** Processes whose command line names this test's folder. */
function left(): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
    .filter((pid) => {
      try {
        const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return !isZombie && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false; // gone meanwhile
      }
    });
}

test.skipIf(process.platform !== 'linux').each([
  ['SIGINT', 130],
  ['SIGKILL', undefined],
] as const)('%s ends all of them, and everything that they started', async (signal, code) => {
  const files = [plan('one'), plan('two')];
  const run = start(
    ...files.flatMap((file) => join(folder, file)),
    '--jobs',
    '2',
    '--set',
    'time=60s',
    '--out',
    join(folder, 'out'),
  );
  const driven = new Set<string>();
  for await (const line of createInterface({ input: run.stdout })) {
    const [, name] = /^\[(\w+)\].*first operation answered/.exec(line) ?? [];
    if (name !== undefined && driven.add(name).size === 2) break;
  }
  expect(left().length).toBeGreaterThanOrEqual(2 + 6);
  run.kill(signal);
  const ended = await run;
  expect(ended.exitCode).toBe(code);
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
});

test('an unknown passes only where the plan lets it', async () => {
  const asks = 'host: sim\nrequire: { okOps: 1000000 }\n';
  const [strict, lenient] = [plan('strict', asks), plan('lenient', `${asks}onUnknown: pass`)];
  expect((await start(strict)).exitCode).toBe(2);
  const run = await start(lenient, '--reporter', 'junit=junit.xml');
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toContain('UNKNOWN, which the plan lets pass');
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain(
    '<skipped message="unknown, expected valid, which the plan lets pass"/>',
  );
});
