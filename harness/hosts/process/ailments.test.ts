/** Clocks and disks of real nodes of raft-kv that the nemesis makes wrong, and what the nodes make of it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { raftTrio } from './testing/raft-trio.ts';

const trio = raftTrio();

async function follower(): Promise<string> {
  const leads = await Promise.all(
    trio.host.nodes.map(async (node) => (await trio.host.status(node))?.role === 'leader'),
  );
  return trio.host.nodes[leads.indexOf(false)]!;
}

/** To what a clock's error is known, ms: it is read between two looks at the true time. */
const BLUR = 0.1;

describe('clocks', () => {
  test('a bump is what was asked for, holds over a restart, and is over at once', async () => {
    expect(Math.abs((await trio.host.clockError!('n1'))!)).toBeLessThan(BLUR);
    await trio.host.skew!('n1', { offset: -750, rate: 1 });
    expect(Math.abs((await trio.host.clockError!('n1'))! + 750)).toBeLessThan(BLUR);
    expect(Math.abs((await trio.host.clockError!('n2'))!)).toBeLessThan(BLUR);
    await trio.host.crash('n1');
    expect(await trio.host.clockError!('n1')).toBeUndefined();
    await trio.host.restart('n1');
    expect(Math.abs((await trio.host.clockError!('n1'))! + 750)).toBeLessThan(BLUR);
    await trio.host.skew!('n1', null);
    expect(Math.abs((await trio.host.clockError!('n1'))!)).toBeLessThan(BLUR);
  });

  test('a drift gains by the time that passes, over a restart too', async () => {
    const asked = performance.now();
    await trio.host.skew!('n1', { offset: 0, rate: 1.5 });
    const begin = performance.now();
    await trio.host.crash('n1');
    await trio.host.restart('n1');
    const before = performance.now();
    const error = (await trio.host.clockError!('n1'))!;
    const after = performance.now();
    expect(error).toBeGreaterThanOrEqual((before - begin) * 0.5 - BLUR);
    expect(error).toBeLessThanOrEqual((after - asked) * 0.5 + BLUR);
  });

  test('a paused node is skewed when it goes on', async () => {
    await trio.host.pause('n1');
    await trio.host.skew!('n1', { offset: 100, rate: 1 });
    await trio.host.resume('n1');
    expect(Math.abs((await trio.host.clockError!('n1'))! - 100)).toBeLessThan(BLUR);
  });
});

describe('disks', () => {
  test('a slow one is felt and counted, and ends', async () => {
    await trio.write(3);
    const before = await trio.host.diskCounters!('n1');
    expect(before.syncs).toBeGreaterThan(0);
    expect(before.slowed).toBe(0);
    for (const node of trio.host.nodes) await trio.host.trouble!(node, { kind: 'slow', delay: 60 });
    const begin = performance.now();
    await trio.write(1);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(59);
    const during = await Promise.all(trio.host.nodes.map((node) => trio.host.diskCounters!(node)));
    expect(during.filter(({ slowed }) => slowed > 0).length).toBeGreaterThanOrEqual(2); // a majority
    for (const node of trio.host.nodes) await trio.host.trouble!(node, null);
    await trio.write(3);
    const after = (await trio.host.diskCounters!('n1')).syncs;
    await trio.host.crash('n1');
    expect((await trio.host.diskCounters!('n1')).syncs).toBe(after);
    await trio.host.restart('n1');
    expect((await trio.host.diskCounters!('n1')).syncs).toBeGreaterThanOrEqual(after);
  });

  test.each(['fail', 'full'] as const)(
    '%s: the node halts, the others serve, and it comes back on one that is well',
    async (kind) => {
      await trio.write(3);
      const node = await follower();
      await trio.host.trouble!(node, { kind });
      await trio.write(3);
      await expect.poll(() => trio.host.state(node)).toBe('halted');
      expect(trio.events).toMatchObject([
        { node, state: 'halted', reason: expect.stringContaining(kind === 'fail' ? 'EIO' : 'ENOSPC') },
      ]);
      expect((await trio.host.diskCounters!(node)).failed).toBeGreaterThan(0);
      await trio.host.trouble!(node, null);
      await trio.host.restart(node);
      await trio.write(3);
      await expect
        .poll(async () => (await trio.host.status(node))?.applied, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(9);
      expect(trio.events).toHaveLength(1);
    },
  );

  test('trouble holds over a restart', async () => {
    await trio.write(3);
    const node = await follower();
    await trio.host.crash(node);
    await trio.host.trouble!(node, { kind: 'fail' });
    await trio.host.restart(node).catch(() => undefined);
    await trio.write(3);
    await expect.poll(() => trio.host.state(node)).toBe('halted');
  });

  test('when it is over, a node that is going to halt because of it has halted', async () => {
    await trio.write(3);
    const node = await follower();
    for (let round = 0; round < 5; round++) {
      await trio.host.trouble!(node, { kind: 'fail' });
      await trio.invoke({ f: 'put', key: 'k', value: `${round}` });
      await trio.host.trouble!(node, null);
      const seen = trio.host.state(node);
      await trio.host.status(node); // whatever it was about to do it has done
      expect(trio.host.state(node)).toBe(seen);
      if (seen === 'halted') await trio.host.restart(node);
    }
    expect(trio.events.every(({ state }) => state === 'halted')).toBe(true);
  });
});

test('a question to a node that is being started is answered when it has', async () => {
  await trio.host.crash('n1');
  const restarted = trio.host.restart('n1');
  while (trio.host.state('n1') !== 'up') await new Promise(setImmediate);
  expect(await trio.host.clockError!('n1')).toBeDefined();
  await restarted;
});

describe('a flipped bit', () => {
  test('in the middle of the log: the node halts, and the others serve on', async () => {
    await trio.write(20);
    const node = await follower();
    await expect(trio.host.flip!(node, 0.5)).rejects.toThrow(`${node} is up`);
    await trio.host.crash(node);
    const before = readFileSync(join(trio.directory, node, 'data', 'log'));
    // `hard-state` comes before `log`, which is all the rest.
    const place = await trio.host.flip!(node, 0.5);
    expect(place?.file).toBe('log');
    const after = readFileSync(join(trio.directory, node, 'data', 'log'));
    expect([...after].flatMap((byte, offset) => (byte === before[offset] ? [] : [offset]))).toEqual([
      place!.offset,
    ]);
    await trio.host.restart(node).catch(() => undefined); // whether it rejects depends on how fast the node ends
    await expect.poll(() => trio.host.state(node), { timeout: 10_000 }).toBe('halted');
    expect(trio.events).toMatchObject([
      { node, state: 'halted', reason: expect.stringMatching(/^log: .* at byte \d+/) },
    ]);
    await trio.write(3);
    expect(statSync(join(trio.directory, node, 'data', 'log')).size).toBe(before.length);
  });
});
