/**
 * A real node of raft-kv on a damaged data directory: a torn tail is what a crash leaves, and is cut off;
 * anything else is corruption, and the node refuses to serve.
 */
import { appendFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { raftTrio } from './testing/raft-trio.ts';

const trio = raftTrio();
/** So that a record has others before and after it. */
const ENOUGH = 20;

/** The file with the node's entries: its largest. */
function logOf(node: string): string {
  const data = join(trio.directory, node, 'data');
  const files = readdirSync(data).map((name) => join(data, name));
  return files.sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
}

test('a torn tail is cut off, and the node serves on', async () => {
  await trio.write(ENOUGH);
  await trio.host.crash('n1');
  const log = logOf('n1');
  const whole = statSync(log).size;
  // The beginning of a record that never got its end: as many bytes as its first one has, less one.
  appendFileSync(log, readFileSync(log).subarray(0, 11));
  await trio.host.restart('n1');
  expect(trio.host.state('n1')).toBe('up');
  await expect.poll(() => readFileSync(join(trio.directory, 'n1', 'node.log'), 'utf8')).toMatch(/torn/);
  await trio.write(ENOUGH);
  await expect
    .poll(async () => (await trio.host.status('n1'))?.commit, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(40);
  expect(statSync(log).size).toBeGreaterThan(whole - 1);
  expect(trio.events).toEqual([]);
});

test('a flipped bit in the middle: the node halts with file and offset, and the others serve on', async () => {
  await trio.write(ENOUGH);
  await trio.host.crash('n1');
  const log = logOf('n1');
  const bytes = readFileSync(log);
  const middle = bytes.length >> 1;
  bytes[middle] = bytes[middle]! ^ 0x10;
  writeFileSync(log, bytes);
  await trio.host.restart('n1').catch(() => undefined); // whether it rejects depends on how fast the node ends
  await expect.poll(() => trio.host.state('n1'), { timeout: 10_000 }).toBe('halted');
  expect(trio.events).toHaveLength(1);
  expect(trio.events[0]).toMatchObject({ node: 'n1', state: 'halted' });
  const offset = Number(/\b(?:byte|offset) (\d+)/.exec(trio.events[0]!.reason)?.[1]);
  expect(trio.events[0]!.reason).toContain(log.split('/').at(-1)!);
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThanOrEqual(middle);
  expect(await trio.invoke({ f: 'get', key: 'k3' })).toMatchObject({ type: 'ok', value: 'x'.repeat(50) });
});
