/** `shrink` and `replay` as a user has them: the built program in a process of its own. */
import { execa, type Result } from 'execa';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-cli-shrink-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultline(...args: string[]): Promise<Result<{ reject: false }>> {
  return execa(process.execPath, [program, ...args], { cwd: folder, reject: false, env: { NO_COLOR: '1' } });
}

function plan(text: string, name = 'small.yaml'): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const latest = (...path: string[]): string => join(folder, 'results', 'latest', ...path);

const DRAWN = `
name: drawn
system: { name: raft-kv, nodes: 3, bugs: [ack-before-commit] }
host: sim
workload: { name: kv, clients: 5, rate: 200/s, keys: 3 }
nemesis:
  - { fault: partition, shape: isolate-leader, every: 1500ms, for: 800ms, after: 500ms }
time: 3s
seed: 1
expect: invalid
`;

/** What is acknowledged and not synced is gone with the crash, whatever the time that anything takes. */
const LISTED = `
name: listed
system: { name: raft-kv, nodes: 3, bugs: [log-not-fsynced] }
host: sim
workload:
  name: kv
  operations:
    - { at: 1s, client: 0, f: put, key: k1, value: "7" }
schedule:
  - { at: 2s, for: 200ms, fault: crash, nodes: [n1, n2, n3] }
time: 2500ms
seed: 1
expect: invalid
`;

describe('shrink', () => {
  test('a failing run becomes a plan that fails by itself, and both are shown again exactly', async () => {
    expect((await faultline('run', plan(DRAWN))).exitCode).toBe(0);
    const first = readlinkSync(join(folder, 'results', 'latest'));

    const shrunk = await faultline('shrink', join('results', first));
    expect(shrunk.stdout, shrunk.stderr).toContain('still linearizable (order)');
    expect(shrunk.exitCode).toBe(0);
    expect(readlinkSync(join(folder, 'results', 'latest'))).toMatch(/^drawn-shrunk\//);
    const report = JSON.parse(readFileSync(latest('shrink.json'), 'utf8')) as {
      from: { ops: number };
      to: { ops: number };
    };
    expect(report.to.ops).toBeLessThan(report.from.ops);
    expect(report.to.ops).toBeLessThanOrEqual(5);

    for (const run of [join('results', first), 'results/latest']) {
      const replayed = await faultline('replay', run);
      expect(replayed.stdout, replayed.stderr).toContain('identical, byte for byte');
      expect(replayed.exitCode).toBe(0);
    }
    const byItself = await faultline('run', latest('plan.yaml'));
    expect(byItself.stdout).toContain('INVALID, as expected');
    expect(byItself.exitCode).toBe(0);
  }, 120_000);

  test('--json: the report and the verdict on stdout, nothing else', async () => {
    const shrunk = await faultline('shrink', plan(LISTED), '--json', '--out', 'elsewhere');
    const answer = JSON.parse(shrunk.stdout!) as { folder: string; report: { violation: string } };
    expect(answer.report.violation).toBe('linearizable (order)');
    expect(existsSync(join(answer.folder, 'shrink.json'))).toBe(true);
    expect(shrunk.exitCode).toBe(0);
  }, 120_000);

  test('a plan that does not fail: exit 2, and no folder', async () => {
    const correct = await faultline('shrink', plan(DRAWN.replace('bugs: [ack-before-commit]', 'bugs: []')));
    expect(correct.stderr).toContain('does not fail in simulation with seed 1');
    expect(correct.exitCode).toBe(2);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test.each([
    ['no such run', ['shrink', 'nowhere'], 'neither a run folder nor a plan'],
    ['a budget without a unit', ['shrink', 'small.yaml', '--budget', '60'], 'did you mean `60s`?'],
    ['a plan with a mistake', ['shrink', 'small.yaml', '--seed', 'x'], '--seed x'],
  ])('%s: exit 254', async (_, args, said) => {
    plan(DRAWN);
    const run = await faultline(...args);
    expect(run.stderr).toContain(said);
    expect(run.exitCode).toBe(254);
  });
});

describe('replay', () => {
  test('a history that is not the recorded one: exit 255 and the first line that differs', async () => {
    await faultline('run', plan(LISTED));
    const recorded = latest();
    const run = join(folder, 'results', readlinkSync(join(folder, 'results', 'latest')));
    const history = readFileSync(join(recorded, 'history.jsonl'), 'utf8').split('\n');
    history[1] = history[1]!.replace('"time":', '"time":9');
    writeFileSync(join(run, 'history.jsonl'), history.join('\n'));

    const differs = await faultline('replay', run);
    expect(differs.stdout).toContain('line 2 is the first that differs');
    expect(differs.stdout).toContain('"time":9');
    expect(differs.exitCode).toBe(255);

    // Another version never promised the same.
    const verdict = readFileSync(join(run, 'verdict.json'), 'utf8');
    writeFileSync(join(run, 'verdict.json'), verdict.replace(/"faultline": "[^"]*"/, '"faultline": "0.0.1"'));
    const old = await faultline('replay', run);
    expect(old.stdout).toContain('recorded by Faultline 0.0.1');
    expect(old.exitCode).toBe(2);
  });

  test('what was found in simulation, on real processes: how often it shows', async () => {
    await faultline('run', plan(LISTED));
    const run = join('results', readlinkSync(join(folder, 'results', 'latest')));
    const shown = await faultline('replay', run, '--host', 'process', '-n', '2');
    expect(shown.stdout, shown.stderr).toContain(
      '2 of 2 runs showed it: linearizable (order), on host process',
    );
    expect(shown.stdout!.match(/^✗ run \d of 2: invalid/gm)).toHaveLength(2);
    expect(shown.exitCode).toBe(0);
  }, 60_000);

  test('never shown: exit 1', async () => {
    await faultline('run', plan(LISTED));
    const run = join(folder, 'results', readlinkSync(join(folder, 'results', 'latest')));
    // The same experiment on a system without the bug.
    const text = readFileSync(join(run, 'plan.yaml'), 'utf8');
    writeFileSync(join(run, 'plan.yaml'), text.replace('bugs: [ log-not-fsynced ]', 'bugs: []'));
    const never = await faultline('replay', run, '--host', 'process', '--json');
    expect(JSON.parse(never.stdout!)).toMatchObject({
      host: 'process',
      shown: 0,
      runs: [{ verdict: 'valid', shown: false }],
    });
    expect(never.exitCode).toBe(1);
  }, 60_000);

  test.each([
    ['a host that is not there', ['--host', 'netns'], 'netns'],
    ['no number of times', ['-n', '0'], 'expected a whole number from 1'],
  ])('%s: refused before anything starts', async (_, args, said) => {
    await faultline('run', plan(LISTED));
    const before = readlinkSync(join(folder, 'results', 'latest'));
    const refused = await faultline('replay', latest(), ...args);
    expect(refused.stderr).toContain(said);
    expect(refused.exitCode).toBe(254);
    expect(readlinkSync(join(folder, 'results', 'latest'))).toBe(before);
  });
});
