/**
 * A real node of raft-kv on a damaged data directory: a torn tail is what a crash leaves, and is cut off;
 * anything else is corruption, and the node refuses to serve.
 */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client, Completion, Invocation } from '../../../systems/contract.ts';
import { system } from '../../../systems/raft-kv/index.ts';
import { defaultOptions } from '../../plan/index.ts';
import type { Host, HostEvent } from '../host.ts';
import { startProcessHost } from './index.ts';

const config = { bugs: [], options: defaultOptions(system) };
let directory: string;
let host: Host;
let client: Client;
let events: HostEvent[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'faultline-damaged-'));
  events = [];
  host = await startProcessHost({
    system: 'raft-kv',
    ...config,
    nodes: ['n1', 'n2', 'n3'],
    directory,
    seed: 1,
    onEvent: (event) => events.push(event),
  });
  client = system.createClient(host.clientEnv(1), config);
});
afterEach(async () => {
  client.close();
  await host.stop();
  rmSync(directory, { recursive: true });
});

const invoke = (invocation: Invocation): Promise<Completion> =>
  new Promise((resolve) => client.invoke(invocation, 10_000, resolve));

/** Enough that a record has others before and after it. */
async function write(): Promise<void> {
  for (let n = 0; n < 20; n++) {
    expect(await invoke({ f: 'put', key: `k${n}`, value: 'x'.repeat(50) })).toMatchObject({ type: 'ok' });
  }
}

/** The file with the node's entries: its largest. */
function logOf(node: string): string {
  const data = join(directory, node, 'data');
  const files = readdirSync(data).map((name) => join(data, name));
  return files.sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
}

test('a torn tail is cut off, and the node serves on', async () => {
  await write();
  await host.crash('n1');
  const log = logOf('n1');
  const whole = statSync(log).size;
  // The beginning of a record that never got its end: as many bytes as its first one has, less one.
  appendFileSync(log, readFileSync(log).subarray(0, 11));
  await host.restart('n1');
  expect(host.state('n1')).toBe('up');
  await expect.poll(() => readFileSync(join(directory, 'n1', 'node.log'), 'utf8')).toMatch(/torn/);
  await write();
  await expect
    .poll(async () => (await host.status('n1'))?.commit, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(40);
  expect(statSync(log).size).toBeGreaterThan(whole - 1);
  expect(events).toEqual([]);
});

test('a flipped bit in the middle: the node halts with file and offset, and the others serve on', async () => {
  await write();
  await host.crash('n1');
  const log = logOf('n1');
  const bytes = readFileSync(log);
  const middle = bytes.length >> 1;
  bytes[middle] = bytes[middle]! ^ 0x10;
  writeFileSync(log, bytes);
  await host.restart('n1').catch(() => undefined); // whether it rejects depends on how fast the node ends
  await expect.poll(() => host.state('n1'), { timeout: 10_000 }).toBe('halted');
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ node: 'n1', state: 'halted' });
  const offset = Number(/\b(?:byte|offset) (\d+)/.exec(events[0]!.reason)?.[1]);
  expect(events[0]!.reason).toContain(log.split('/').at(-1)!);
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThanOrEqual(middle);
  expect(await invoke({ f: 'get', key: 'k3' })).toMatchObject({ type: 'ok', value: 'x'.repeat(50) });
});
