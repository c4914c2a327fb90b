/**
 * What comes from a run is data: escape sequences planted in every place that a run has reach neither the
 * terminal nor a pipe, and are shown as what they are.
 */
import { execa } from 'execa';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Terminal } from '../testing/terminal.ts';
import { staleRead, writeRun, type Recorded } from './fixtures/runs.ts';

const program = fileURLToPath(new URL('../../../dist/harness/cli/main.js', import.meta.url));

/** Sets the window's title, clears the screen, in eight-bit too, rings, and turns text around. */
const PLANT = '\x1b]0;pwned\x07\x1b[2J\x9b31mRED\u202eback\r\n';
/** The same without what no file may be called. */
const IN_NAMES = '\x1b]0;pwned\x07\x1b[2J\u202eback';

const OTHER = 'results/evil/2026-01-01T000000Z-2';

/** As `printable.ts` shows the beginning of it. */
const SHOWN = '\\x1b]0;pwned\\x07';

let folder: string;
let run: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-hostile-'));
  run = `results/evil/${IN_NAMES}`;
  await writeRun(folder, run, {
    plan: `plan${PLANT}`,
    seed: 1,
    started: '2026-01-31T23:59:00.000Z',
    history: staleRead('1').map(planted),
    logs: {
      [`n3${IN_NAMES}`]: [{ time: 1410, event: PLANT, data: PLANT }],
      n3: [{ time: 1410, event: PLANT, data: PLANT }],
    },
  });
  await writeRun(folder, OTHER, {
    plan: `other${PLANT}`,
    seed: 2,
    started: '2026-01-31T23:58:00.000Z',
    history: staleRead('2').map(planted),
  });
  writeFileSync(
    join(folder, OTHER, 'plan.yaml'),
    readFileSync(join(folder, run, 'plan.yaml'), 'utf8') + `extra: ${JSON.stringify(PLANT)}\n`,
  );
  writeFileSync(
    join(folder, `torn${IN_NAMES}.jsonl`),
    `{"index":0,"time":0,"process":"${JSON.stringify(PLANT).slice(1, -1)}","type":"info","f":"x"}\n${PLANT.trimEnd()}`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** In keys, values, nodes, errors, functions and the names of faults. */
function planted({ at, entry }: Recorded): Recorded {
  const { key, value, node, error, f } = entry;
  const isFault = typeof entry.process === 'string';
  return {
    at,
    entry: {
      ...entry,
      f: isFault ? f.replace('pause', `pause${PLANT}`) : f,
      ...(key !== undefined && { key: `${key}${PLANT}` }),
      ...(typeof value === 'string' && { value: `${value}${PLANT}` }),
      ...(isFault &&
        typeof value === 'object' &&
        value !== null &&
        'targets' in value && { value: { targets: [`n3${PLANT}`] } }),
      ...(node !== undefined && { node }),
      ...(error !== undefined && { error: `${error}${PLANT}` }),
    },
  };
}

function harmless(text: string): void {
  // An escape that is not one of ours, an eight-bit control, a mark that turns text around.
  expect(text).not.toMatch(/\x1b\]0|\x07(?!$)|[\x80-\x9f]|\u202e/);
  expect(text).not.toContain('\x1b[2J\u202e');
  expect(text).not.toContain('\x1b[2J\x9b');
}

test('on the screen, in every view', async () => {
  const terminal = new Terminal(process.execPath, [program, 'inspect'], {
    columns: 160,
    rows: 40,
    cwd: folder,
    env: { TZ: 'UTC' },
  });
  try {
    const seen: string[] = [];
    const see = async (what: string | RegExp, ...keys: readonly string[]): Promise<void> => {
      for (const key of keys) terminal.type(key);
      seen.push(await terminal.frame(what));
    };
    await see('2 runs in results');
    await see('[1 summary]', '\r');
    await see('no order of the operations', 'v');
    await see('A fault was on', '\r');
    await see(/\[2 ops\]/, '\x1b');
    await see('[3 faults]', '3');
    await see('step 2 of 2', '4');
    await see('What nodes logged', 'l');
    await see('step 2 of 2', '\x1b');
    await see('OSC 52', 'y');
    await see('2 runs in results', '\x1b');
    await see('marked', 'd');
    await see(/▶ .*other/, '\x1b[B');
    await see('histories', 'd');
    const copied = /\x1b\]52;c;[A-Za-z0-9+/=]*\x07/;
    expect(terminal.raw()).toMatch(copied);
    harmless(terminal.raw().replace(copied, ''));
    // Once, when the screen was taken.
    expect(terminal.raw().split('\x1b[2J')).toHaveLength(2);
    for (const screen of seen) expect(screen).not.toContain('RED\u202e');
    expect(seen.filter((screen) => screen.includes(SHOWN)).length).toBe(seen.length);
  } finally {
    terminal.close();
  }
});

test('a history with such a name and such lines', async () => {
  const file = readdirSync(folder).find((name) => name.startsWith('torn'))!;
  const terminal = new Terminal(process.execPath, [program, 'inspect', file], {
    columns: 120,
    rows: 12,
    cwd: folder,
  });
  try {
    const screen = await terminal.frame('[2 ops]');
    expect(screen).toContain('cut off while it was written');
    expect(screen.split(SHOWN).length).toBeGreaterThan(2);
    harmless(terminal.raw());
  } finally {
    terminal.close();
  }
});

test.each([
  ['the list', []],
  ['a run', ['RUN']],
  ['a run as JSON', ['RUN', '--json']],
  ['ops', ['RUN', '--ops']],
  ['ops as JSON', ['RUN', '--ops', '--json']],
  ['differences', ['RUN', '--diff', OTHER]],
  ['differences as JSON', ['RUN', '--diff', OTHER, '--json']],
  ['an error', [`results/${IN_NAMES}`]],
  ['a filter that is none', ['RUN', '--time', PLANT]],
])('in a pipe: %s', async (_, args) => {
  const { stdout, stderr } = await execa(
    process.execPath,
    [program, 'inspect', ...args.map((arg) => (arg === 'RUN' ? run : arg))],
    { cwd: folder, reject: false, env: { FORCE_COLOR: '0' } },
  );
  harmless(stdout + stderr);
  expect(stdout + stderr).not.toMatch(/\x1b/);
  expect(stdout + stderr).toMatch(/pwned/);
});
