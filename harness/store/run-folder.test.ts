import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunFolder, findRunFolder } from './run-folder.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-store-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const start = new Date('2026-01-02T03:04:05.678Z');

test('a run lands in <out>/<plan>/<time>-<seed>, and latest points to it', () => {
  const folder = createRunFolder(out, 'raft-kv', 42, start);
  expect(folder.path).toBe(join(out, 'raft-kv', '2026-01-02T030405Z-42'));
  expect(readlinkSync(join(out, 'latest'))).toBe('raft-kv/2026-01-02T030405Z-42');
});

test('a second run of the same second gets a folder of its own', () => {
  const first = createRunFolder(out, 'raft-kv', 42, start);
  first.write(first.verdict, 'the first');
  const second = createRunFolder(out, 'raft-kv', 42, start);
  expect(second.path).not.toBe(first.path);
  expect(readFileSync(first.verdict, 'utf8')).toBe('the first');
  expect(readlinkSync(join(out, 'latest'))).toBe('raft-kv/2026-01-02T030405Z-42-2');
});

test('somebody’s own folder named latest stays, and the run goes on', () => {
  mkdirSync(join(out, 'latest'));
  writeFileSync(join(out, 'latest', 'mine'), 'mine');
  createRunFolder(out, 'raft-kv', 1, start);
  expect(readFileSync(join(out, 'latest', 'mine'), 'utf8')).toBe('mine');
  expect(readdirSync(out).sort()).toEqual(['latest', 'raft-kv']);
});

test('a run is found by its folder and by a file in it', () => {
  const folder = createRunFolder(out, 'raft-kv', 1, start);
  expect(findRunFolder(folder.path)).toBeUndefined();
  writeFileSync(folder.history, '');
  expect(findRunFolder(folder.path)?.path).toBe(folder.path);
  expect(findRunFolder(folder.history)?.path).toBe(folder.path);
  expect(findRunFolder(join(out, 'nowhere'))).toBeUndefined();
});
