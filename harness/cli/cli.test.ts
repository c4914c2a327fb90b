/** The command line as a user has it: the built program in a process of its own, on real nodes. */
import { execa, type Result } from 'execa';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Op } from '../history/op.ts';
import { runVerdictSchema } from '../store/verdict.ts';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultline(...args: string[]): Promise<Result<{ reject: false }>> {
  return execa(process.execPath, [program, ...args], { cwd: folder, reject: false, env: { NO_COLOR: '1' } });
}

const PLAN = `
name: small
system: { name: raft-kv, nodes: 3 }
workload: { name: kv, clients: 5, rate: 200/s, keys: 3 }
nemesis:
  - { fault: partition, shape: isolate-leader, every: 1500ms, for: 800ms, after: 500ms }
time: 2s
seed: 5
require: { okOps: 20 }
`;

function plan(text = PLAN, name = 'small.yaml'): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe('run', () => {
  test('a correct system: exit 0, a folder with everything, and the same verdict when checked again', async () => {
    const run = await faultline('run', plan());
    expect(run.stdout, run.stderr).toContain('VALID, as expected');
    expect(run.exitCode).toBe(0);
    const results = join(folder, 'results', 'latest');
    expect(readdirSync(results).sort()).toEqual([
      'history.jsonl',
      'nodes',
      'plan.yaml',
      'schedule.json',
      'verdict.json',
    ]);
    const verdict = runVerdictSchema.parse(JSON.parse(readFileSync(join(results, 'verdict.json'), 'utf8')));
    expect(verdict).toMatchObject({
      plan: 'small',
      seed: 5,
      verdict: 'valid',
      met: true,
      interrupted: false,
    });
    const schedule = JSON.parse(readFileSync(join(results, 'schedule.json'), 'utf8')) as unknown[];
    expect(schedule.length).toBeGreaterThan(0);

    const check = await faultline('check', 'results/latest', '--json');
    expect(check.exitCode).toBe(0);
    expect(JSON.parse(check.stdout)).toMatchObject({ verdict: 'valid', ops: verdict.ops, tornLine: null });

    // Whatever is cut off at the end, the rest can be judged.
    truncateSync(join(results, 'history.jsonl'), readFileSync(join(results, 'history.jsonl')).length - 300);
    const cut = await faultline('check', 'results/latest/history.jsonl');
    expect(cut.stdout).toMatch(/line \d+ was cut off/);
    expect(cut.stdout).toMatch(/✓ linearizable/);

    const replay = await faultline('replay');
    expect(replay.stdout, replay.stderr).toContain('VALID, as expected');
    expect(replay.exitCode).toBe(0);
  });

  test('a seeded bug: invalid with its counterexample; as expected or not, by what the plan says', async () => {
    const text = PLAN.replace('nodes: 3', 'nodes: 3, bugs: [ack-before-commit]').replace(
      'time: 2s',
      'time: 4s',
    );
    const file = plan(text);
    const [expected, unexpected] = await Promise.all([
      faultline('run', file, '--set', 'expect=invalid', '--out', 'a', '--json'),
      faultline('run', file, '--out', 'b'),
    ]);
    expect(expected.exitCode, expected.stderr).toBe(0);
    expect(JSON.parse(expected.stdout)).toMatchObject({
      verdict: { verdict: 'invalid', expect: 'invalid', met: true },
    });
    expect(unexpected.exitCode, unexpected.stdout).toBe(1);
    expect(unexpected.stdout).toMatch(/INVALID, expected valid/);
    expect(unexpected.stdout).toMatch(/operations of key "k\d" are enough to show it/);
    expect(unexpected.stdout).toMatch(/see it again: {2}faultline replay b\/small\//);
  });

  test('nodes are asked what they know while they run, and once more in the end', async () => {
    const run = await faultline('run', plan(`${PLAN}checks: [linearizable, invariants]\n`));
    expect(run.stdout, run.stderr).toMatch(/✓ invariants +.*: held in \d+ looks at 3 nodes/);
    expect(run.exitCode).toBe(0);
    const text = readFileSync(join(folder, 'results', 'latest', 'history.jsonl'), 'utf8');
    const ops = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Op]));
    const looks = ops.filter(({ f }) => f === 'node.status');
    expect(new Set(looks.map(({ node }) => node))).toEqual(new Set(['n1', 'n2', 'n3']));
    const [first, last] = [looks[0]!, looks.at(-1)!];
    expect(first.time).toBeLessThan(ops.find(({ f }) => f === 'final-reads')!.time);
    expect(last.index).toBeGreaterThan(ops.findLastIndex(({ process }) => typeof process === 'number'));
    const { state, facts } = last.value as { state: string; facts: { committed: unknown[] } };
    expect(state).toBe('up');
    expect(facts.committed).not.toEqual([]);
  });

  test('a run that proves too little is unknown, exit 2', async () => {
    const run = await faultline('run', plan(), '--set', 'require.okOps=100000');
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toMatch(/UNKNOWN, expected valid/);
    expect(run.stdout).toMatch(/\? non-vacuity .*ok ops, 100000 required/);
  });

  test('a plan with mistakes: all of them, exit 254, and nothing is started', async () => {
    const run = await faultline(
      'run',
      plan(PLAN.replace('raft-kv', 'raft-kw').replace('partition', 'partiton').replace('200/s', '-3/s')),
    );
    expect(run.exitCode).toBe(254);
    expect(run.stderr).toContain('did you mean `raft-kv`?');
    expect(run.stderr).toContain('did you mean `partition`?');
    expect(run.stderr).toContain('small.yaml:4:41');
    expect(run.stderr).toContain('3 mistakes');
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test('one bad plan among several: none is run', async () => {
    const run = await faultline('run', plan(), plan('name: [', 'bad.yaml'));
    expect(run.exitCode).toBe(254);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test('a gate for CI: each plan again with the next seed, reports for servers, a summary', async () => {
    const summary = join(folder, 'summary.md');
    const bug = PLAN.replace('name: small', 'name: bug').replace(
      'nodes: 3',
      'nodes: 3, bugs: [ack-before-commit]',
    );
    const run = await execa(
      process.execPath,
      [
        ...[
          program,
          'run',
          plan(),
          plan(bug, 'bug.yaml'),
          '--host',
          'sim',
          '--repeat',
          '2',
          '--budget',
          '1h',
        ],
        ...['--set', 'time=10s', '--reporter', 'junit=reports/junit.xml', '--reporter', 'github'],
      ],
      { cwd: folder, reject: false, env: { NO_COLOR: '1', GITHUB_STEP_SUMMARY: summary } },
    );
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    const junit = readFileSync(join(folder, 'reports', 'junit.xml'), 'utf8');
    expect(junit).toMatch(/<testsuites name="faultline" tests="4" failures="2" errors="0" skipped="0"/);
    expect(
      junit.match(/<testcase name="small, seed [56]" classname="small.yaml" time="[\d.]+"\/>/g),
    ).toHaveLength(2);
    expect(run.stdout.match(/^::error file=bug.yaml,title=bug%3A invalid%2C expected valid/gm)).toHaveLength(
      2,
    );
    expect(readFileSync(summary, 'utf8')).toContain('### Faultline: 2 of 4 as expected');
    expect(run.stdout).toContain('2 of 4 as expected');
  });

  test('what there is no time for is not run, and a plan that was not run is no success', async () => {
    const args = ['run', plan(), '--time', '30s', '--budget', '20s', '--reporter', 'junit=junit.xml'];
    const run = await faultline(...args);
    expect(run.exitCode, run.stderr).toBe(2);
    expect(existsSync(join(folder, 'results'))).toBe(false);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('not run: the budget was used up');
  });

  test.each([
    ['--repeat', '0'],
    ['--budget', 'soon'],
    ['--reporter', 'junit'],
  ])('%s %s: refused before anything starts', async (option, value) => {
    const run = await faultline('run', plan(), option, value);
    expect(run.exitCode).toBe(254);
    expect(run.stderr).toContain('expected');
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test('two harnesses at once on one machine do not meet', async () => {
    const runs = await Promise.all([faultline('run', plan()), faultline('run', plan())]);
    for (const run of runs) expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(readdirSync(join(folder, 'results', 'small'))).toHaveLength(2);
  });

  test('results that can’t be written: a clear error, exit 255', async () => {
    writeFileSync(join(folder, 'taken'), '');
    const run = await faultline('run', plan(), '--out', 'taken/results');
    expect(run.exitCode).toBe(255);
    expect(run.stderr).toMatch(/cannot write results.*\n.*--out DIR/);
  });

  test('Ctrl-C in the middle: cleaned up, judged as far as it got, exit 130', async () => {
    const child = execa(process.execPath, [program, 'run', plan(), '--time', '60s'], {
      cwd: folder,
      reject: false,
      env: { NO_COLOR: '1' },
    });
    for await (const line of child) if (line.includes('▼ partition')) child.kill('SIGINT');
    const run = await child;
    expect(run.exitCode).toBe(130);
    expect(run.stdout).toMatch(/UNKNOWN, expected valid .* interrupted/);
    const verdict = runVerdictSchema.parse(
      JSON.parse(readFileSync(join(folder, 'results/latest/verdict.json'), 'utf8')),
    );
    expect(verdict).toMatchObject({ verdict: 'unknown', interrupted: true });
  });
});

describe('check', () => {
  const ok = (index: number, type: string, f: string, value: string): string =>
    `${JSON.stringify({ index, time: index, process: 0, type, f, key: 'x', value })}\n`;

  test('a foreign history: the workload is found by looking', async () => {
    writeFileSync(
      join(folder, 'h.jsonl'),
      ok(0, 'invoke', 'put', '1') +
        ok(1, 'ok', 'put', '1') +
        ok(2, 'invoke', 'get', '') +
        ok(3, 'ok', 'get', '2'),
    );
    const check = await faultline('check', 'h.jsonl');
    expect(check.exitCode, check.stderr).toBe(1);
    expect(check.stdout).toMatch(/✗ linearizable/);
  });

  test('a run is held against what its plan asks for; invariants are none of a history alone', async () => {
    const leads = (index: number, node: string): string => {
      const said = { role: 'leader', term: 3, leader: node, logEnd: 0, commit: 0, applied: 0 };
      const value = { state: 'up', ...said, facts: { led: [3], committed: [] } };
      return `${JSON.stringify({ index, time: index, process: 'host', type: 'info', f: 'node.status', node, value })}\n`;
    };
    const history = join(folder, 'history.jsonl');
    writeFileSync(
      history,
      ok(0, 'invoke', 'put', '1') + ok(1, 'ok', 'put', '1') + leads(2, 'n1') + leads(3, 'n2'),
    );
    const alone = await faultline('check', 'history.jsonl', '--checker', 'invariants');
    expect(alone.exitCode).toBe(254);
    expect(alone.stderr).toMatch(/only a plan beside a history says which system's invariants/);

    plan(`${PLAN}checks: [linearizable, invariants]\n`, 'plan.yaml');
    const run = await faultline('check', '.');
    expect(run.exitCode, run.stderr).toBe(1);
    expect(run.stdout).toMatch(/✓ linearizable/);
    expect(run.stdout).toMatch(/✗ invariants +one-leader-a-term was broken at .*: n1 and n2 both led term 3/);
    const one = await faultline('check', '.', '--checker', 'linearizable');
    expect(one.stdout).not.toMatch(/invariants/);
  });

  test('what is no history: its place, and exit 254', async () => {
    writeFileSync(join(folder, 'h.jsonl'), ok(0, 'invoke', 'put', '1'));
    appendFileSync(join(folder, 'h.jsonl'), 'nonsense\n');
    const check = await faultline('check', 'h.jsonl');
    expect(check.exitCode).toBe(254);
    expect(check.stderr).toMatch(/h\.jsonl:2:\d+: expected one JSON object/);
    expect((await faultline('check', 'nowhere')).exitCode).toBe(254);
  });

  const op = (process: number, type: string, f: string, value: string): string =>
    `{:process ${process} :type :${type} :f :${f} :value ${value}}\n`;
  const write = (name: string, ...ops: string[]): string => {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(ops.join('')) : ops.join(''));
    return name;
  };
  const reads = (value: string): string[] => [op(1, 'invoke', 'read', 'nil'), op(1, 'ok', 'read', value)];
  const writes = [op(0, 'invoke', 'write', '1'), op(0, 'ok', 'write', '1')];

  test('several, in gzip or not: a line each and a total; one that is invalid decides', async () => {
    const good = write('good.edn', ...writes, ...reads('1'));
    const bad = write('bad.edn.gz', ...writes, ...reads('2'));
    const check = await faultline('check', good, bad, '--witness', 'w', '--counterexample', 'c');
    expect(check.exitCode, check.stderr).toBe(1);
    expect(check.stdout).toMatch(/good\.edn valid · EDN, register/);
    expect(check.stdout).toMatch(/bad\.edn\.gz invalid · EDN, register/);
    expect(check.stdout).toContain('2 histories: 1 valid, 1 invalid, 0 unknown');
    const lines = (file: string): unknown[] =>
      readFileSync(join(folder, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(lines('w')).toMatchObject([{ history: 'good.edn', verdict: 'valid', witness: [0, 2] }]);
    expect(lines('c')).toMatchObject([{ history: 'bad.edn.gz', counterexample: { blocked: 2 } }]);
  });

  test('one that is no history among several: none is judged', async () => {
    const good = write('good.edn', ...writes, ...reads('1'));
    const check = await faultline('check', good, write('bad.edn', ...writes, op(0, 'ok', 'read', '1')));
    expect(check.exitCode).toBe(254);
    expect(check.stdout).toBe('');
    expect(check.stderr).toMatch(/bad\.edn:3:1: expected process 0 to invoke read before its ok/);
  });

  test('an op that the model cannot have is refused, wherever it stands', async () => {
    const history = write('h.edn', ...writes, op(0, 'invoke', 'cas', '3'));
    const check = await faultline('check', history);
    expect(check.exitCode).toBe(254);
    expect(check.stderr).toMatch(/h\.edn:3:1: expected \[expected, new\] for cas, but found 3/);
    expect((await faultline('check', history, '--model', 'kv')).stderr).toMatch(/:1:1: expected a function/);
    const unclear = await faultline('check', write('x.edn', op(0, 'invoke', 'enqueue', '[]')));
    expect(unclear.exitCode).toBe(254);
    expect(unclear.stderr).toMatch(
      /cannot tell which model .*enqueue.*--model fifo-queue\|unordered-queue\|priority-queue$/m,
    );
  });

  test('the verdict follows what is said of the start, of keys and of a failed cas', async () => {
    const verdict = async (history: string, ...options: string[]): Promise<unknown> => {
      const { stdout, stderr } = await faultline('check', history, '--json', ...options);
      return (JSON.parse(stdout || JSON.stringify(stderr)) as { verdict: unknown }).verdict;
    };
    const start = write('start.edn', ...reads('0'));
    expect([await verdict(start), await verdict(start, '--init', '0')]).toEqual(['invalid', 'valid']);
    const failed = write(
      'cas.edn',
      ...writes,
      op(0, 'invoke', 'cas', '[1 2]'),
      op(0, 'fail', 'cas', '[1 2]'),
    );
    expect([await verdict(failed), await verdict(failed, '--failed-cas', 'observed')]).toEqual([
      'valid',
      'invalid',
    ]);
    const tuple = (k: number, v: string): string => `[${k} ${v}]`;
    const pairs = write(
      'pairs.edn',
      ...[1, 2].flatMap((k) => [
        op(0, 'invoke', 'write', tuple(k, '7')),
        op(0, 'ok', 'write', tuple(k, '7')),
      ]),
      op(0, 'invoke', 'read', tuple(1, 'nil')),
      op(0, 'ok', 'read', tuple(1, '7')),
    );
    expect([await verdict(pairs), await verdict(pairs, '--key', 'none')]).toEqual(['valid', 'invalid']);
  });

  test('a read says what it saw, even where its invocation says the same', async () => {
    const check = await faultline(
      'check',
      write('h.edn', ...writes, op(1, 'invoke', 'read', '1'), op(1, 'ok', 'read', '1')),
    );
    expect(check.exitCode, check.stdout).toBe(0);
  });
});

describe('the rest', () => {
  test('help and version: exit 0; a misspelt command: the nearest, exit 254', async () => {
    expect((await faultline('--help')).exitCode).toBe(0);
    expect((await faultline('run', '--help')).stdout).toContain('Examples:');
    const wrong = await faultline('rnu');
    expect(wrong.exitCode).toBe(254);
    expect(wrong.stderr).toContain('Did you mean run?');
  });

  test('list, validate and schema answer in JSON', async () => {
    const [list, validate, schema] = await Promise.all([
      faultline('list', 'bugs', '--json'),
      faultline('validate', plan(), '--json'),
      faultline('schema'),
    ]);
    const bugs = JSON.parse(list.stdout) as { name: string; plan?: string }[];
    const bug = bugs.find(({ name }) => name === 'stale-read');
    expect(existsSync(join(folder, bug!.plan!))).toBe(true);
    expect(JSON.parse(validate.stdout)).toMatchObject([{ file: 'small.yaml', plan: { name: 'small' } }]);
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' });
  });
});

test('a violation of what the plan does not ask for neither ends the run nor has a part in its verdict', async () => {
  const plan = fileURLToPath(new URL('../../plans/bugs/raft-kv/stale-read.yaml', import.meta.url));
  const { stdout } = await faultline('run', plan, '--set', 'checks=[sequential]', '--time', '6s');
  expect(stdout).not.toMatch(/violation on key|\? online/);
  expect(stdout).toMatch(/^ {2}\S sequential /m);
});
