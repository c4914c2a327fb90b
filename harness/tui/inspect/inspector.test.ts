/** The inspector as a person has it: the built program in a real terminal; screens are compared with those in `screens/`. */
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Terminal } from '../testing/terminal.ts';
import { staleRead, writeRun } from './fixtures/runs.ts';

const program = fileURLToPath(new URL('../../../dist/harness/cli/main.js', import.meta.url));
const LATER = 'results/stale/2026-02-01T120000Z-8';
const EARLIER = 'results/stale/2026-01-31T235900Z-7';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-inspect-'));
  const logs = {
    n1: [{ time: 1040, event: 'leads', data: { term: 2 } }],
    n3: [
      { time: 900, event: 'leads', data: { term: 1 } },
      { time: 1410, event: 'answered', data: { key: 'x' } },
    ],
  };
  await writeRun(folder, EARLIER, {
    plan: 'stale',
    seed: 7,
    started: '2026-01-31T23:59:00.000Z',
    history: staleRead('1'),
    logs,
  });
  await writeRun(folder, LATER, {
    plan: 'stale',
    seed: 8,
    started: '2026-02-01T12:00:00.000Z',
    history: staleRead('2'),
    logs,
  });
  symlinkSync('stale/2026-02-01T120000Z-8', join(folder, 'results', 'latest'));
  mkdirSync(join(folder, 'none'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

function inspect(args: readonly string[] = [], size = { columns: 80, rows: 24 }): Terminal {
  const terminal = new Terminal(process.execPath, [program, 'inspect', ...args], {
    ...size,
    cwd: folder,
    env: { TZ: 'UTC' },
  });
  open.push(terminal);
  return terminal;
}

async function sees(screen: string, name: string): Promise<void> {
  const lines = screen.split('\n').map((line) => line.trimEnd());
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`screens/${name}.txt`);
}

const [LEFT, HOME, DOWN] = ['\x1b[D', '\x1b[H', '\x1b[B'];

test('from the list of runs to the counterexample, stepped back and forward', async () => {
  const terminal = inspect();
  await sees(await terminal.frame('* is the latest'), 'runs');
  terminal.type(DOWN);
  await terminal.frame(/▶ .*7  sim/);
  terminal.type('\r');
  await sees(await terminal.frame('[1 summary]'), 'summary');
  terminal.type('c');
  await sees(await terminal.frame('step 2 of 2'), 'counterexample');
  terminal.type(LEFT);
  await sees(await terminal.frame('step 1 of 2'), 'counterexample-back');
  terminal.type(HOME);
  await sees(await terminal.frame('step 0 of 2'), 'counterexample-start');
  terminal.type('\x1b[C');
  await terminal.frame('step 1 of 2');
  terminal.type('l');
  await sees(await terminal.frame('What nodes logged'), 'logs');
  terminal.type('\x1b');
  await terminal.frame('step 1 of 2');
  terminal.type('\x1b');
  await terminal.frame('2 runs in results');
  terminal.type('q');
  expect(await terminal.exited).toBe(0);
  expect(terminal.raw()).toMatch(/\x1b\[\?25h\x1b\[\?1049l\s*$/);
});

test('ops: the violation, filters with their mistakes in place, faults', async () => {
  const terminal = inspect([EARLIER]);
  await terminal.frame('[1 summary]');
  terminal.type('v');
  await sees(await terminal.frame('no order of the operations explains it'), 'violation');
  terminal.type('\r');
  await sees(await terminal.frame('A fault was on'), 'op');
  terminal.type('\x1b');
  await terminal.frame('[2 ops]');
  terminal.type('/key=x tpe=ok');
  await sees(await terminal.frame('did you mean type=?'), 'filter-mistake');
  terminal.type(LEFT.repeat(5));
  terminal.type('y');
  await terminal.frame('/ key=x ty▏pe=ok');
  terminal.type('\r');
  await sees(await terminal.frame(/that match key=x type=ok *$/m), 'filter');
  terminal.type('3');
  await terminal.frame('[3 faults]');
  terminal.type(DOWN);
  await sees(await terminal.frame(/▶ +#2/), 'faults');
  terminal.type('\r');
  await sees(await terminal.frame(/that match fault=#2 *$/m), 'fault-ops');
  terminal.type('xg1.4s\r');
  await terminal.frame(/▶✗ +93 /);
  terminal.type('g9s\r');
  await terminal.frame('the history ends before, at 2.000 s');
  terminal.type('\x03');
  expect(await terminal.exited).toBe(0);
});

test('what two runs differ in: marked in the list, or asked for', async () => {
  const terminal = inspect();
  await terminal.frame('* is the latest');
  terminal.type('d');
  await terminal.frame('marked');
  terminal.type(DOWN);
  await terminal.frame(/▶ .*7  sim/);
  terminal.type('d');
  await sees(await terminal.frame('histories'), 'compare');
  const asked = inspect([EARLIER, '--diff', LATER], { columns: 100, rows: 40 });
  expect(await asked.frame('histories')).toContain('the first op that differs is 94');
});

test('a history of others, compressed, is judged here and stepped through', async () => {
  const lines = [
    '{:process 0 :type :invoke :f :write :value 1 :time 1000000}',
    '{:process 0 :type :ok :f :write :value 1 :time 2000000}',
    '{:process 1 :type :invoke :f :write :value 2 :time 3000000}',
    '{:process 2 :type :invoke :f :read :value nil :time 4000000}',
    '{:process 1 :type :ok :f :write :value 2 :time 5000000}',
    '{:process 2 :type :ok :f :read :value 2 :time 6000000}',
    '{:process 0 :type :invoke :f :read :value nil :time 7000000}',
    '{:process 0 :type :ok :f :read :value 1 :time 8000000}',
  ];
  writeFileSync(join(folder, 'history.edn.gz'), gzipSync(`${lines.join('\n')}\n`));
  const terminal = inspect(['history.edn.gz']);
  expect(await terminal.frame('1 of 8 ops')).toContain('not judged');
  terminal.type('J');
  await terminal.frame('judged: see the summary');
  terminal.type('c');
  await sees(await terminal.frame('step 2 of 2'), 'judged-here');
  terminal.type('v');
  await terminal.frame(/▶✗ +6 /);
});

test('the command to see it again goes to the clipboard, and onto the screen', async () => {
  const terminal = inspect([EARLIER]);
  await terminal.frame('[1 summary]');
  terminal.type('y');
  expect(await terminal.frame('OSC 52')).toContain(`faultline replay ${EARLIER}`);
  const copied = /\x1b\]52;c;([^\x07]*)\x07/.exec(terminal.raw())?.[1];
  expect(Buffer.from(copied ?? '', 'base64').toString()).toBe(`faultline replay ${EARLIER}`);
});

test('the screen follows the size of the terminal, small and large', async () => {
  const terminal = inspect([EARLIER]);
  await terminal.frame('[1 summary]');
  terminal.type('c');
  await terminal.frame('step 2 of 2');
  terminal.resize(50, 14);
  await sees(await terminal.frame('step 2 of 2'), 'small');
  terminal.resize(120, 40);
  await sees(await terminal.frame('its answer does not fit what the object is now'), 'large');
});

test('a signal gives the terminal back', async () => {
  const terminal = inspect([EARLIER]);
  await terminal.frame('[1 summary]');
  terminal.signal('SIGTERM');
  expect(await terminal.exited).toBe(130);
  expect(terminal.raw()).toMatch(/\x1b\[\?25h\x1b\[\?1049l\s*$/);
});

test('nothing is said by colour alone: NO_COLOR takes no word away', async () => {
  const coloured = inspect([EARLIER]);
  const plain = new Terminal(process.execPath, [program, 'inspect', EARLIER], {
    columns: 80,
    rows: 24,
    cwd: folder,
    env: { TZ: 'UTC', NO_COLOR: '1' },
  });
  open.push(plain);
  expect(await plain.frame('[1 summary]')).toBe(await coloured.frame('[1 summary]'));
  expect(plain.raw()).not.toMatch(/\x1b\[[\d;]*m/);
});

test('a list without runs says what to do', async () => {
  expect(await inspect(['none']).frame('0 runs in none')).toContain('faultline run PLAN makes one');
});

test('what is not there is said before the terminal is touched', async () => {
  const terminal = inspect(['results/gone']);
  expect(await terminal.exited).toBe(254);
  expect(terminal.text()).toContain('no run at results/gone');
  expect(terminal.raw()).not.toContain('\x1b[?1049h');
});

test('into a pipe: the list, a run, ops, differences; as text and as JSON', async () => {
  const run = (...args: string[]) =>
    execa(process.execPath, [program, 'inspect', ...args], {
      cwd: folder,
      reject: false,
      env: { NO_COLOR: '1' },
    });
  const list = await run();
  expect(list.stdout.split('\n')).toEqual([
    `2026-02-01 12:00:00  ✓ valid, expected invalid  stale seed 8 on sim, 45 operations  ${LATER}  latest`,
    `2026-01-31 23:59:00  ✗ invalid, as expected  stale seed 7 on sim, 45 operations  stale read  ${EARLIER}`,
  ]);
  const text = await run(EARLIER);
  expect(text.stdout).toContain('INVALID, as expected · 45 operations');
  const json = JSON.parse((await run(EARLIER, '--json')).stdout) as {
    readonly violations: unknown;
    readonly counterexamples: readonly {
      readonly orders: readonly { readonly steps: readonly unknown[] }[];
    }[];
  };
  expect(json.violations).toEqual([93]);
  expect(json.counterexamples[0]!.orders[0]!.steps).toHaveLength(3);
  const ops = await run(EARLIER, '--key', 'x', '--type', 'ok', '--json');
  expect(
    ops.stdout.split('\n').map((line) => (JSON.parse(line) as { readonly index: number }).index),
  ).toEqual([1, 89, 90, 94]);
  expect(ops.stderr).toBe('4 of 98 ops');
  const diff = JSON.parse((await run(EARLIER, '--diff', LATER, '--json')).stdout) as {
    readonly histories: unknown;
  };
  expect(diff.histories).toMatchObject({ kind: 'parts', index: 94 });
  const wrong = await run(EARLIER, '--type', 'inovke');
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    254,
    'faultline: --type: expected invoke, ok, fail, info: did you mean invoke?\n  type=inovke\n       ^^^^^^',
  ]);
});
