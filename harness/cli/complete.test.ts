/** The question that a shell asks, and what bash makes of the answer. */
import { execa } from 'execa';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-complete-'));
  const files = [
    'plan.yaml',
    'plans/a.yaml',
    'plans/deep/b.yml',
    'plans/notes.md',
    'old.jsonl',
    'node_modules/no.yaml',
  ];
  const runs = [
    'results/a/2026-01-01T000000Z-1/history.jsonl',
    'results/b/2026-01-02T000000Z-1/history.jsonl',
    'results/b/empty/x',
  ];
  const odd = ['plans/\u001b[31m.yaml', 'plans/$(touch pwned).yaml', 'plans/a;b.yaml'];
  for (const file of [...files, ...runs, ...odd]) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The words that may come next, without what is said of them. */
async function next(...words: string[]): Promise<readonly string[]> {
  const { stdout } = await execa(process.execPath, [program, 'complete', '--', ...words], { cwd: folder });
  const lines = stdout.split('\n');
  expect(lines.at(-1)).toBe(':4'); // the protocol's end: no other file names
  return lines.slice(0, -1).map((line) => line.split('\t')[0]!);
}

describe('what may come next', () => {
  test('commands and options', async () => {
    expect(await next('')).toEqual(expect.arrayContaining(['run', 'check', 'explore', 'init', 'list']));
    expect(await next('re')).toEqual(['replay', 'report', 'repeat']);
    expect(await next('run', 'plan.yaml', '--re')).toEqual(['--repeat', '--reporter']);
    expect(await next('run', '--jo')).toEqual(['--jobs']);
  });

  test('plan files, those in folders too; nothing that is installed, nothing that is no plan', async () => {
    expect(await next('run', '')).toEqual(['plan.yaml', 'plans/a.yaml', 'plans/deep/b.yml']);
    expect(await next('validate', 'plan.yaml', 'plans/d')).toEqual(['plans/deep/b.yml']);
  });

  test('runs, the newest first; histories to check', async () => {
    const runs = ['results/b/2026-01-02T000000Z-1', 'results/a/2026-01-01T000000Z-1'];
    expect(await next('replay', '')).toEqual(runs);
    expect(await next('check', '')).toEqual([...runs, 'old.jsonl']);
  });

  test('names that options and plans take', async () => {
    expect(await next('check', 'old.jsonl', '--model', 'kv')).toEqual(['kv']);
    expect(await next('run', 'plan.yaml', '--host', '')).toEqual(['process', 'sim']);
    expect(await next('run', 'plan.yaml', '--set', 'system.bugs')).toContain('system.bugs=[stale-read]');
    expect(await next('run', 'plan.yaml', '--set', 'nemesis')).toContain('nemesis.0.fault=partition');
    expect(await next('list', 'mo')).toEqual(['models']);
    expect(await next('complete', '')).toEqual(['bash', 'zsh', 'fish', 'powershell']);
  });

  test('nothing where nothing is known', async () => {
    expect(await next('init', '')).toEqual([]);
    expect(await next('nonsense', '')).toEqual([]);
  });
});

test('bash completes with the script', async () => {
  mkdirSync(join(folder, 'bin'));
  const shim = join(folder, 'bin', 'faultline');
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(shim, 0o755);
  const ask = `
source <(faultline complete bash)
spec=$(complete -p faultline); spec=\${spec#*-F }
COMP_WORDS=(faultline run plans/); COMP_CWORD=2; COMP_LINE='faultline run plans/'; COMP_POINT=\${#COMP_LINE}
\${spec%% *} faultline plans/ run
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const bash = await execa('bash', ['--norc', '-c', ask], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` },
    reject: false,
  });
  expect(bash.stdout.trim(), bash.stderr).toBe('plans/a.yaml\nplans/deep/b.yml');
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('a script for %s', async (shell) => {
  const { stdout } = await execa(process.execPath, [program, 'complete', shell]);
  expect(stdout).toMatch(/faultline complete '?--'?/);
});
