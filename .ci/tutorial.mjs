#!/usr/bin/env node
/**
 * Runs the commands of a document, so that it can't rot: each block ```sh, in order, in one folder of its own,
 * must end with the exit code that its fence says (`sh exit=1`; 0 when it says nothing), and print the lines of
 * the block ```text after it. Numbers may be others; lines with an ellipsis stand for what is left out. A block
 * ```yaml FILE is written to that file.
 *
 *   node .ci/tutorial.mjs docs/tutorial.md
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const document = process.argv[2] ?? 'docs/tutorial.md';
const main = fileURLToPath(new URL('../dist/harness/cli/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'faultline-tutorial-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const bin = join(scratch, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'faultline'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
chmodSync(join(bin, 'faultline'), 0o755);
const env = { ...process.env, NO_COLOR: '1', PATH: `${bin}${delimiter}${process.env.PATH}` };

/** Numbers, widths and times differ from run to run and from machine to machine; words do not. */
const shape = (line) =>
  line
    .replaceAll(/\d[\d,.TZ-]*/g, '#')
    .replaceAll(/\b(ns|ms|µs)\b/g, 's')
    .replaceAll(/\s+/g, ' ')
    .trim();

let folder = scratch;
let output = '';
let blocks = 0;
let checked = 0;
const problems = [];

for (const [, fence, body] of readFileSync(document, 'utf8').matchAll(/^```(\S[^\n]*)\n(.*?)^```$/gms)) {
  const [language, ...rest] = fence.split(' ');
  if (language === 'yaml' && rest[0] !== undefined) writeFileSync(join(folder, rest[0]), body);
  if (language === 'text') {
    const lines = new Set(output.split('\n').map(shape));
    for (const line of body.split('\n')) {
      if (line.trim() === '' || line.includes('…')) continue;
      checked++;
      if (!lines.has(shape(line))) problems.push(`not printed: ${line}`);
    }
  }
  if (language !== 'sh') continue;
  blocks++;
  const expected = Number(/exit=(\d+)/.exec(fence)?.[1] ?? 0);
  console.log(`$ ${body.trim()}`);
  // The folder that it ends in is where the next one starts.
  const ran = spawnSync('bash', ['-c', `${body}\ncode=$?\npwd >"${scratch}/pwd"\nexit $code`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  output = `${ran.stdout}\n${ran.stderr}`;
  folder = readFileSync(join(scratch, 'pwd'), 'utf8').trim();
  if (ran.status === expected) continue;
  problems.push(`exit ${ran.status} and not ${expected}: ${body.trim()}`);
  console.log(output);
}
for (const problem of problems) console.log(`${document}: ${problem}`);
console.log(`${document}: ${blocks} blocks run, ${checked} lines of output held against what was printed`);
process.exitCode = problems.length === 0 && blocks > 0 ? 0 : 1;
