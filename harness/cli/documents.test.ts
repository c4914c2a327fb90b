/** What documents and helps promise: examples with every command, links that lead somewhere, fields that exist. */
import { execa } from 'execa';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runVerdictSchema } from '../store/verdict.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'dist/harness/cli/main.js');
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

async function help(...args: string[]): Promise<string> {
  return (await execa(process.execPath, [program, ...args, '--help'])).stdout;
}

const commands = [...(await help()).matchAll(/^ {2}([a-z]+)(?: .*)?$/gm)]
  .map(([, name]) => name!)
  .filter((name) => !['help', 'faultline'].includes(name));

describe('every command', () => {
  test('is known here', () =>
    expect(commands).toEqual(expect.arrayContaining(['run', 'check', 'init', 'doctor', 'complete'])));

  test.each(commands)('%s has a help with examples that name it', async (command) => {
    const said = await help(command);
    const [, examples] = /Examples:\n((?: {2}.*\n?)+)/.exec(said) ?? [];
    expect(examples, said).toContain(`faultline ${command}`);
  });

  test('is in the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const command of commands) expect(readme).toMatch(new RegExp(`^\\| \`faultline ${command}\\b`, 'm'));
  });
});

test.each(documents)('%s: links lead to files and headings that are there', (file) => {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^```.*?^```/gms, '');
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target!)) continue;
    const [path = '', heading] = target!.split('#');
    const place = path === '' ? join(root, file) : join(root, dirname(file), path);
    expect(existsSync(place), `${file}: ${target}`).toBe(true);
    if (heading === undefined) continue;
    const anchors = [...readFileSync(place, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors, `${file}: ${target}`).toContain(heading);
  }
});

test('docs/verdict.md tells of every field of a verdict, and of no other', () => {
  const text = readFileSync(join(root, 'docs/verdict.md'), 'utf8');
  const [first = ''] = text.split('\n## ');
  const told = [...first.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(told).toEqual(Object.keys(runVerdictSchema.shape));
});

test('docs/history.md has a history that is one, and it is linearizable', async () => {
  const text = readFileSync(join(root, 'docs/history.md'), 'utf8');
  const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'faultline-documents-'));
  writeFileSync(join(folder, 'history.jsonl'), example);
  const run = await execa(
    process.execPath,
    [program, 'check', join(folder, 'history.jsonl'), '--model', 'kv'],
    {
      reject: false,
    },
  );
  rmSync(folder, { recursive: true });
  expect(run.stdout, run.stderr).toContain('valid');
  expect(run.exitCode).toBe(0);
});
