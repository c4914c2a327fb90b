/** Runs of real nodes, driven by a person's keys in a real pseudo-terminal. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isClientOp, type Op } from '../history/op.ts';
import { withArgument } from '../hosts/process/fixtures/proc.ts';
import { loadCatalogue } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { runVerdictSchema, type RunVerdict } from '../store/verdict.ts';
import { Terminal } from '../tui/testing/terminal.ts';
import { canDashboard } from './run-view.ts';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));
const plans = fileURLToPath(new URL('../../plans/', import.meta.url));

const PLAN = `
name: small
system: { name: raft-kv, nodes: 3 }
workload: { name: kv, clients: 5, rate: 200/s, keys: 3 }
nemesis:
  - { fault: partition, shape: one, target: n1, mode: reset, every: 600s, for: 3s, after: 1s }
time: 120s
seed: 5
require: { okOps: 20 }
`;

let folder: string;
const open: Terminal[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-view-')));
  writeFileSync(join(folder, 'small.yaml'), PLAN);
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
  rmSync(folder, { recursive: true });
});

function faultline(...args: string[]): Terminal {
  const terminal = new Terminal(
    process.execPath,
    [program, 'run', ...args, '--out', join(folder, 'results')],
    {
      columns: 80,
      rows: 24,
      cwd: folder,
    },
  );
  open.push(terminal);
  return terminal;
}

const latest = (name: string): string => join(folder, 'results', 'latest', name);
const verdictOf = (): RunVerdict =>
  runVerdictSchema.parse(JSON.parse(readFileSync(latest('verdict.json'), 'utf8')));

function history(): Op[] {
  const lines = readFileSync(latest('history.jsonl'), 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Op);
}

/** The links that the matrix shows as cut: `n1→n2`. */
function cutLinks(screen: string): readonly string[] {
  const lines = screen.split('\n');
  const head = lines.find((line) => line.includes('follows'));
  if (head === undefined) return [];
  const at = head.indexOf('→');
  const ends = head
    .slice(at + 1)
    .trim()
    .split(/\s+/);
  const rows = lines.slice(lines.indexOf(head) + 1, lines.indexOf(head) + 1 + ends.length);
  return rows.flatMap((row, from) =>
    ends.flatMap((end, to) => (row[at + 6 + 3 * to] === '✗' ? [`${ends[from]}→${end}`] : [])),
  );
}

test('a run that a person steps into: what is shown is what is recorded, and the verdict is clean', async () => {
  const terminal = faultline('small.yaml');
  const cut = await terminal.frame((screen) => cutLinks(screen).length > 0);
  expect(cut).toMatch(/○ n1 +isolated/);
  await terminal.until((screen) => screen.includes('▲ partition over') && cutLinks(screen).length === 0);

  terminal.type('p');
  await terminal.until('‖ workload paused');
  // A second of it can be told from one that has only just begun.
  await terminal.until(/faults +.*‖/);
  terminal.type('p');
  await terminal.until('workload goes on');

  terminal.type('f');
  await terminal.until('Start a fault by hand');
  terminal.type('2\r');
  await terminal.until('─ pause: stop processes');
  terminal.type('3');
  await terminal.until('▶ 3 n2');
  terminal.type('\r');
  await terminal.until(/‖ n2 +paused/);
  terminal.type('h');
  await terminal.until('▲ pause by hand over');
  await terminal.until(/[●◐] n2 +up/);

  terminal.type('e');
  await terminal.until('end the run now');
  terminal.type('y');
  await terminal.until('see it again');
  expect(await terminal.exited, terminal.text()).toBe(0);

  const ops = history();
  const started = ops.find(({ f, type }) => f === 'partition.start' && type === 'ok')!;
  expect(cutLinks(cut)).toEqual([...(started.value as { links: string[] }).links].sort());
  const marks = ops.filter(({ process }) => process === 'runner').map(({ f }) => f);
  expect(marks).toEqual(['workload.paused', 'workload.resumed', 'ended-early', 'final-reads']);
  const [paused, resumed] = ops.filter(({ f }) => f.startsWith('workload.')).map(({ index }) => index);
  const invoked = ops.slice(paused, resumed).filter((op) => isClientOp(op) && op.type === 'invoke');
  expect(invoked).toEqual([]);
  expect(ops.slice(resumed).filter((op) => op.type === 'ok' && isClientOp(op)).length).toBeGreaterThan(0);

  const verdict = verdictOf();
  expect(verdict).toMatchObject({ verdict: 'valid', interrupted: false });
  const summaries = verdict.checks.map(({ summary }) => summary).join('\n');
  expect(summaries).toMatch(/the workload was paused for \d\.\d s; ended early, at \d+\.\d s/);
  expect(summaries).toContain('all 3 final reads answered');
  const schedule = JSON.parse(readFileSync(latest('schedule.json'), 'utf8')) as { lane: unknown }[];
  expect(schedule.map(({ lane }) => lane)).toEqual([0, 'hand']);
  expect(withArgument(folder)).toEqual([]);

  // In virtual time, as the plan's two minutes take a moment there.
  const again = ['replay', latest(''), '--host', 'sim', '--out', join(folder, 'again')];
  await execa(process.execPath, [program, ...again], { cwd: folder, reject: false });
  const replayed = readFileSync(join(folder, 'again', 'latest', 'history.jsonl'), 'utf8');
  expect(replayed).toMatch(/"process":"nemesis-hand","type":"ok","f":"pause.start","value":\{"about":"n2"/);
});

test('a violation is shown with its explanation, and the run goes on or is stopped as the person says', async () => {
  const terminal = faultline(join(plans, 'bugs/raft-kv/stale-read.yaml'));
  const found = await terminal.until(/the run ends in \d+ s/);
  expect(found).toContain('✗ VIOLATION');
  expect(found).toMatch(/violation on key "k\d": nothing explains get k\d → /);
  terminal.type('c');
  await terminal.until('the run goes on; e ends it');
  await terminal.until(/By then the key could only|had been overwritten|Something had been there/);
  const before = history().length;
  await terminal.until(() => history().length > before + 1000);
  terminal.type('e');
  await terminal.until('end the run now');
  terminal.type('y');
  await terminal.until('see it again');
  expect(await terminal.exited, terminal.text()).toBe(0);
  expect(verdictOf()).toMatchObject({ verdict: 'invalid', met: true, seen: { checker: 'linearizable' } });
});

test('several plans: which of how many, no waiting for a decision, and every verdict stays', async () => {
  const bug = join(plans, 'bugs/raft-kv/stale-read.yaml');
  const terminal = faultline(bug, bug);
  await terminal.until('plan 1 of 2');
  await terminal.until('plan 2 of 2');
  await terminal.until('2 of 2 as expected');
  expect(await terminal.exited, terminal.text()).toBe(0);
  expect(terminal.raw().split('INVALID').length - 1).toBeGreaterThanOrEqual(2);
  expect(terminal.raw().split('\x1b[?1049l')).toHaveLength(3);
});

test('whoever wants to inspect gets the run stopped, the inspector with its keys, and the command after it', async () => {
  const terminal = faultline(join(plans, 'bugs/raft-kv/stale-read.yaml'));
  await terminal.until(/the run ends in \d+ s/);
  terminal.type('i');
  await terminal.frame(/✗ invalid bug-stale-read[^]*q quit/);
  terminal.type('q');
  expect(await terminal.exited, terminal.text()).toBe(0);
  expect(terminal.text()).toMatch(/faultline inspect .*bug-stale-read/);
});

describe.runIf(process.platform === 'linux')('ctrl-c', () => {
  test('ends it at once, with nodes paused at the time: nothing is left, and the terminal is as it was', async () => {
    const terminal = faultline(
      'small.yaml',
      '--set',
      'nemesis=[{fault: pause, target: all, every: 60s, for: 50s, after: 1s}]',
    );
    await terminal.until(/‖ n3 +paused/);
    terminal.type('\x03');
    await terminal.until('see it again');
    expect(await terminal.exited).toBe(130);
    expect(withArgument(folder)).toEqual([]);
    expect(terminal.raw()).toMatch(/\x1b\[\?25h[^]*UNKNOWN/);
    expect(verdictOf()).toMatchObject({ verdict: 'unknown', interrupted: true });
  });
});

test('plain lines where they are asked for', async () => {
  const terminal = faultline('small.yaml', '--plain', '--time', '2s');
  await terminal.until('first operation answered');
  terminal.type('\x03');
  await terminal.exited;
  expect(terminal.raw()).not.toContain('\x1b[?1049h');
});

describe('a dashboard needs a person at a terminal, and a run that takes its time', async () => {
  const catalogue = await loadCatalogue();
  const planOn = (host: string) => {
    const resolved = resolvePlan(PLAN, 'small.yaml', { host, set: [] }, catalogue);
    if ('plan' in resolved) return resolved.plan;
    throw new Error(JSON.stringify(resolved.problems));
  };
  const tty = { isTTY: true };
  test.each([
    ['both ends are terminals', true, 'process', { stdin: tty, stdout: tty, env: { TERM: 'xterm' } }],
    ['CI=false is no CI', true, 'process', { stdin: tty, stdout: tty, env: { CI: 'false' } }],
    ['output to a file', false, 'process', { stdin: tty, stdout: {}, env: {} }],
    ['nobody to press keys', false, 'process', { stdin: {}, stdout: tty, env: {} }],
    ['CI', false, 'process', { stdin: tty, stdout: tty, env: { CI: 'true' } }],
    ['a dumb terminal', false, 'process', { stdin: tty, stdout: tty, env: { TERM: 'dumb' } }],
    ['a simulation', false, 'sim', { stdin: tty, stdout: tty, env: {} }],
  ])('%s: %s', (_, can, host, terminal) => expect(canDashboard(planOn(host), terminal)).toBe(can));
});
