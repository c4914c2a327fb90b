/** The dashboard on a real pseudo-terminal: what a person sees of events that are always the same. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Terminal } from '../testing/terminal.ts';
import { HOSTILE, type SceneName } from './fixtures/scenes.ts';

const stage = fileURLToPath(
  new URL('../../../dist/harness/tui/dashboard/fixtures/stage.js', import.meta.url),
);

let folder: string;
const open: Terminal[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dashboard-'))));
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
  rmSync(folder, { recursive: true });
});

function show(
  scene: SceneName | 'doomed',
  columns = 80,
  rows = 24,
  env: Record<string, string> = {},
): Terminal {
  const terminal = new Terminal(process.execPath, [stage, scene, folder], { columns, rows, env });
  open.push(terminal);
  return terminal;
}

/** The clock goes on, and pushes what is beside it; all else is as it was told. */
const still = (screen: string): string =>
  screen.replace(/[█░]+ +\d+\.\d of/, '<bar and now> of').replace(/ {2,}ok /, '  ok ');

/** It may be typed before Ink is there to read it, and is read then. */
async function press(terminal: Terminal, keys: string, shows: string | RegExp): Promise<string> {
  terminal.type(keys);
  return terminal.frame(shows);
}

async function over(terminal: Terminal): Promise<void> {
  terminal.type('\x03');
  await terminal.until('over');
  expect(await terminal.exited).toBe(0);
}

describe('screens', () => {
  test.each<readonly [SceneName, number, number, string]>([
    ['calm', 80, 24, 'first operation answered'],
    ['partition', 80, 24, '▼ pause by hand n2'],
    ['violation', 80, 24, 'stale read'],
    ['judging', 80, 24, 'judging the history'],
    ['partition', 120, 40, '▼ pause by hand n2'],
    ['partition', 60, 16, '▼ pause by hand n2'],
  ])('%s at %i×%i', async (scene, columns, rows, shows) => {
    const terminal = show(scene, columns, rows);
    const screen = await terminal.frame(shows);
    expect(terminal.lines()).toHaveLength(rows);
    await expect(still(screen)).toMatchFileSnapshot(`__screens__/${scene}-${columns}x${rows}.txt`);
    await over(terminal);
  });

  test('help fits a small terminal, and any key leads back', async () => {
    const terminal = show('calm');
    await terminal.frame('first operation answered');
    const screen = await press(terminal, '?', 'Signs');
    await expect(still(screen)).toMatchFileSnapshot('__screens__/help-80x24.txt');
    await press(terminal, ' ', 'first operation answered');
    await over(terminal);
  });

  test('a terminal that is made larger and smaller is used as it is', async () => {
    const terminal = show('partition');
    const small = still(await terminal.frame('▼ pause by hand n2'));
    terminal.resize(120, 40);
    const large = await terminal.frame((screen) => screen.split('\n')[39]!.includes('^C abort'));
    expect(large).toContain('by hand');
    expect(large.split('\n').filter((line) => line.startsWith(' ops/s'))).toHaveLength(1);
    terminal.resize(80, 24);
    expect(still(await terminal.frame((screen) => still(screen) === small))).toBe(small);
    await over(terminal);
  });
});

/** Everything that a dashboard may tell a terminal: where to write, how it looks, and to change screens. */
const ALLOWED = /\x1b\[(\?(1049|25|7|2026)[hl]|2J|\d+;\d+H|[\d;]*m)/g;

describe('what reaches the terminal', () => {
  test('nothing is erased before it is written over, and a frame is one piece', async () => {
    const terminal = show('calm');
    await terminal.frame('first operation answered');
    const screen = await press(terminal, '2', 'nothing logged yet');
    expect(screen).toContain('[2 log n1]');
    await over(terminal);
    const raw = terminal.raw();
    expect(raw.split('\x1b[2J')).toHaveLength(2);
    expect(raw).not.toMatch(/\x1b\[\d*K/);
    const frames = raw.split('\x1b[?2026h').slice(1);
    for (const frame of frames) expect(frame).toContain('\x1b[?2026l');
  });

  test('the terminal is given back as it was', async () => {
    const terminal = show('calm');
    await terminal.frame('first operation answered');
    await over(terminal);
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049h'));
    expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?25l'));
    expect(raw.lastIndexOf('\x1b[?7h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?7l'));
    expect(terminal.text()).not.toContain('faultline · staged');
  });

  test('without colours everything is said all the same', async () => {
    const coloured = show('violation');
    const colours = still(await coloured.frame('stale read'));
    const plain = show('violation', 80, 24, { NO_COLOR: '1' });
    expect(still(await plain.until((screen) => still(screen) === colours))).toBe(colours);
    expect(coloured.raw()).toMatch(/\x1b\[[\d;]*m/);
    expect(plain.raw()).not.toMatch(/\x1b\[[\d;]*m/);
    await Promise.all([over(coloured), over(plain)]);
  });

  test('escape sequences in op values, reasons, roles and logs are shown and not obeyed', async () => {
    const logs = join(folder, 'nodes', 'n1');
    mkdirSync(logs, { recursive: true });
    const lines = [
      JSON.stringify({ time: Date.now(), event: HOSTILE, data: { said: HOSTILE } }),
      `${HOSTILE.replaceAll('\n', ' ')} no JSON at all`,
    ];
    writeFileSync(join(logs, 'node.log'), `${lines.join('\n')}\n`);
    const terminal = show('hostile');
    expect(await terminal.frame('stale read')).toContain('\\x1b]0;owned\\x07\\x1b[2J');
    await press(terminal, '1', /n3 exited: \\x1b/);
    await press(terminal, '3', 'not watched any more');
    await press(terminal, '2', 'no JSON at all');
    await over(terminal);
    const raw = terminal.raw();
    expect(raw).not.toMatch(/\x1b\]|[\x07\x9b\u202e]/);
    expect(raw.replaceAll(ALLOWED, '')).not.toContain('\x1b');
  });
});

test('what fails in the dashboard gives the terminal back before it says so', async () => {
  // A folder whose log can't be read as one: the tail is what fails.
  mkdirSync(join(folder, 'nodes', 'n1', 'node.log'), { recursive: true });
  const terminal = show('calm');
  await terminal.frame('first operation answered');
  terminal.type('2');
  await terminal.until('EISDIR');
  expect(await terminal.exited).toBe(1);
  expect(terminal.raw()).toContain('\x1b[?1049l');
});

test('an exception anywhere gives the terminal back before it is told', async () => {
  const terminal = show('doomed');
  await terminal.frame('first operation answered');
  terminal.type('x');
  await terminal.until('nobody catches this');
  expect(await terminal.exited).toBe(1);
  const raw = terminal.raw();
  expect(raw.indexOf('nobody catches this')).toBeGreaterThan(raw.indexOf('\x1b[?1049l'));
  expect(raw).toContain('\x1b[?25h');
  expect(terminal.text()).not.toContain('faultline · staged');
});
