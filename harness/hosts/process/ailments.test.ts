/** Clocks and disks of real nodes of raft-kv that the nemesis makes wrong, and what the nodes make of it. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  directory = mkdtempSync(join(tmpdir(), 'faultline-ailments-'));
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

async function write(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    expect(await invoke({ f: 'put', key: `k${n}`, value: 'x'.repeat(50) })).toMatchObject({ type: 'ok' });
  }
}

async function follower(): Promise<string> {
  const leads = await Promise.all(
    host.nodes.map(async (node) => (await host.status(node))?.role === 'leader'),
  );
  return host.nodes[leads.indexOf(false)]!;
}

/** To what a clock's error is known, ms: it is read between two looks at the true time. */
const BLUR = 0.1;

describe('clocks', () => {
  test('a bump is what was asked for, holds over a restart, and is over at once', async () => {
    expect(Math.abs((await host.clockError!('n1'))!)).toBeLessThan(BLUR);
    await host.skew!('n1', { offset: -750, rate: 1 });
    expect(Math.abs((await host.clockError!('n1'))! + 750)).toBeLessThan(BLUR);
    expect(Math.abs((await host.clockError!('n2'))!)).toBeLessThan(BLUR);
    await host.crash('n1');
    expect(await host.clockError!('n1')).toBeUndefined();
    await host.restart('n1');
    expect(Math.abs((await host.clockError!('n1'))! + 750)).toBeLessThan(BLUR);
    await host.skew!('n1', null);
    expect(Math.abs((await host.clockError!('n1'))!)).toBeLessThan(BLUR);
  });

  test('a drift gains by the time that passes, over a restart too', async () => {
    const asked = performance.now();
    await host.skew!('n1', { offset: 0, rate: 1.5 });
    const begin = performance.now();
    await host.crash('n1');
    await host.restart('n1');
    const before = performance.now();
    const error = (await host.clockError!('n1'))!;
    const after = performance.now();
    expect(error).toBeGreaterThanOrEqual((before - begin) * 0.5 - BLUR);
    expect(error).toBeLessThanOrEqual((after - asked) * 0.5 + BLUR);
  });

  test('a paused node is skewed when it goes on', async () => {
    await host.pause('n1');
    await host.skew!('n1', { offset: 100, rate: 1 });
    await host.resume('n1');
    expect(Math.abs((await host.clockError!('n1'))! - 100)).toBeLessThan(BLUR);
  });
});

describe('disks', () => {
  test('a slow one is felt and counted, and ends', async () => {
    await write(3);
    const before = await host.diskCounters!('n1');
    expect(before.syncs).toBeGreaterThan(0);
    expect(before.slowed).toBe(0);
    for (const node of host.nodes) await host.trouble!(node, { kind: 'slow', delay: 60 });
    const begin = performance.now();
    await write(1);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(59);
    const during = await Promise.all(host.nodes.map((node) => host.diskCounters!(node)));
    expect(during.filter(({ slowed }) => slowed > 0).length).toBeGreaterThanOrEqual(2); // a majority
    for (const node of host.nodes) await host.trouble!(node, null);
    await write(3);
    const after = (await host.diskCounters!('n1')).syncs;
    await host.crash('n1');
    expect((await host.diskCounters!('n1')).syncs).toBe(after);
    await host.restart('n1');
    expect((await host.diskCounters!('n1')).syncs).toBeGreaterThanOrEqual(after);
  });

  test.each(['fail', 'full'] as const)(
    '%s: the node halts, the others serve, and it comes back on one that is well',
    async (kind) => {
      await write(3);
      const node = await follower();
      await host.trouble!(node, { kind });
      await write(3);
      await expect.poll(() => host.state(node)).toBe('halted');
      expect(events).toMatchObject([
        { node, state: 'halted', reason: expect.stringContaining(kind === 'fail' ? 'EIO' : 'ENOSPC') },
      ]);
      expect((await host.diskCounters!(node)).failed).toBeGreaterThan(0);
      await host.trouble!(node, null);
      await host.restart(node);
      await write(3);
      await expect
        .poll(async () => (await host.status(node))?.applied, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(9);
      expect(events).toHaveLength(1);
    },
  );

  test('trouble holds over a restart', async () => {
    await write(3);
    const node = await follower();
    await host.crash(node);
    await host.trouble!(node, { kind: 'fail' });
    await host.restart(node).catch(() => undefined);
    await write(3);
    await expect.poll(() => host.state(node)).toBe('halted');
  });

  test('when it is over, a node that is going to halt because of it has halted', async () => {
    await write(3);
    const node = await follower();
    for (let round = 0; round < 5; round++) {
      await host.trouble!(node, { kind: 'fail' });
      await invoke({ f: 'put', key: 'k', value: `${round}` });
      await host.trouble!(node, null);
      const seen = host.state(node);
      await host.status(node); // whatever it was about to do it has done
      expect(host.state(node)).toBe(seen);
      if (seen === 'halted') await host.restart(node);
    }
    expect(events.every(({ state }) => state === 'halted')).toBe(true);
  });
});

test('a question to a node that is being started is answered when it has', async () => {
  await host.crash('n1');
  const restarted = host.restart('n1');
  while (host.state('n1') !== 'up') await new Promise(setImmediate);
  expect(await host.clockError!('n1')).toBeDefined();
  await restarted;
});

describe('a flipped bit', () => {
  test('in the middle of the log: the node halts, and the others serve on', async () => {
    await write(20);
    const node = await follower();
    await expect(host.flip!(node, 0.5)).rejects.toThrow(`${node} is up`);
    await host.crash(node);
    const before = readFileSync(join(directory, node, 'data', 'log'));
    // `hard-state` comes before `log`, which is all the rest.
    const place = await host.flip!(node, 0.5);
    expect(place?.file).toBe('log');
    const after = readFileSync(join(directory, node, 'data', 'log'));
    expect([...after].flatMap((byte, offset) => (byte === before[offset] ? [] : [offset]))).toEqual([
      place!.offset,
    ]);
    await host.restart(node).catch(() => undefined); // whether it rejects depends on how fast the node ends
    await expect.poll(() => host.state(node), { timeout: 10_000 }).toBe('halted');
    expect(events).toMatchObject([
      { node, state: 'halted', reason: expect.stringMatching(/^log: .* at byte \d+/) },
    ]);
    await write(3);
    expect(statSync(join(directory, node, 'data', 'log')).size).toBe(before.length);
  });
});
