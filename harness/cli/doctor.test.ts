/** `faultline doctor`, the built program, on whatever machine this is. */
import { execa } from 'execa';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { looked, type Section } from '../doctor/finding.ts';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-doctor-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function doctor(...args: string[]) {
  return execa(process.execPath, [program, 'doctor', ...args], {
    cwd: folder,
    reject: false,
    env: { NO_COLOR: '1' },
  });
}

test('says what works, each with a figure or a reason, and leaves nothing', async () => {
  const run = await doctor('--json');
  const { works, sections } = JSON.parse(run.stdout) as { works: boolean; sections: Section[] };
  expect(run.exitCode, run.stdout).toBe(0);
  expect(works).toBe(true);
  const findings = sections.flatMap((section) => section.findings);
  const names = [
    'Node',
    'processors',
    'memory',
    'clock',
    'open files',
    '/proc',
    'loopback addresses',
    'ports',
    'network namespaces',
    'results',
    'fsync',
    'terminal',
    'characters',
    'host process',
    'host sim',
    'host netns',
  ];
  expect(findings.map(({ name }) => name)).toEqual(names);
  for (const { name, state, found, hint } of findings) {
    expect(found, name).not.toBe('');
    if (state === 'poor' || state === 'missing') expect(hint, name).toBeTruthy();
  }
  expect(findings.find(({ name }) => name === 'host sim')).toMatchObject({
    state: 'ok',
    found: expect.stringContaining('faults: partition, pause') as unknown,
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('for people, with a last line that says whether it works', async () => {
  const run = await doctor();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toMatch(/^ {2}✓ Node /m);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toContain('process and sim work here');
});

test('results that can’t be written: said, with what to do, exit 255', async () => {
  writeFileSync(join(folder, 'file'), '');
  const run = await doctor('--out', join(folder, 'file', 'results'));
  expect(run.exitCode).toBe(255);
  expect(run.stdout).toContain('→ choose another place: --out DIR');
  expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('not everything works here: results');
});

test('a look that fails is a finding like another', async () => {
  const failing = () => Promise.reject(new Error('no such thing\n    at somewhere'));
  const said = { name: 'disk', found: 'could not be looked at: no such thing' };
  expect(await looked('disk', failing, true)).toMatchObject([{ ...said, state: 'missing', needed: true }]);
  expect(await looked('disk', failing, false)).toMatchObject([{ ...said, state: 'poor' }]);
});
