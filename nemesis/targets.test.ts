import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Target } from './entry.ts';
import { stream } from './random.ts';
import { resolveTarget, type Resolved } from './targets.ts';
import { MemoryHost } from './testing/memory-host.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

function scene(count = 5): {
  clock: VirtualClock;
  host: MemoryHost;
  resolve: (target: Target, seed?: number, trigger?: string) => Promise<Resolved>;
} {
  const clock = new VirtualClock();
  const host = new MemoryHost(clock, count);
  const { signal } = new AbortController();
  const resolve = (target: Target, seed = 1, trigger?: string): Promise<Resolved> =>
    clock.run(
      resolveTarget(target, { host, clock, signal, trigger, random: stream(seed), leaderRole: 'leader' }),
    );
  return { clock, host, resolve };
}

test('sets have their sizes, in the nodes’ order, the same for the same seed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 3, max: 9 }), async (seed, count) => {
      const { host, resolve } = scene(count);
      const size = async (target: Target): Promise<number> => {
        const drawn = await resolve(target, seed);
        expect(await resolve(target, seed)).toEqual(drawn);
        if ('skipped' in drawn) throw new Error(drawn.skipped);
        expect(host.nodes.filter((node) => drawn.nodes.includes(node))).toEqual(drawn.nodes);
        return drawn.nodes.length;
      };
      expect(await size('one')).toBe(1);
      expect(await size('all')).toBe(count);
      expect((await size('minority')) * 2).toBeLessThan(count);
      expect((await size('majority')) * 2).toBeGreaterThan(count);
      expect(await size('minority')).toBe(count - (await size('majority')));
      expect(await size('random')).toBeGreaterThan(0);
    }),
    { numRuns: 30 },
  );
});

test('the leader of the highest term, though a paused one says nothing', async () => {
  const { host, resolve } = scene();
  host.leader = 'n3';
  expect(await resolve('leader')).toEqual({ nodes: ['n3'] });
  expect(await resolve('followers')).toEqual({ nodes: ['n1', 'n2', 'n4', 'n5'] });
});

test('a role: one of those that have it in the latest term, each as likely', async () => {
  const { host, resolve } = scene(6);
  const roles: Record<string, readonly [role: string, term: number]> = {
    n1: ['arbiter', 9],
    n2: ['primary', 2],
    n3: ['primary', 3],
    n4: ['spare', 3],
    n5: ['spare', 3],
    n6: ['spare', 1],
  };
  host.status = async (node) => {
    const [role, term] = roles[node]!;
    return { role, term, leader: null, logEnd: 0, commit: 0, applied: 0 };
  };
  expect(await resolve({ role: 'primary' })).toEqual({ nodes: ['n3'] });
  expect(await resolve({ role: 'backup' })).toEqual({ skipped: 'no node is backup' });
  const spares = new Map<string, number>();
  for (let seed = 0; seed < 200; seed++) {
    const drawn = await resolve({ role: 'spare' }, seed);
    const node = 'nodes' in drawn ? drawn.nodes.join() : drawn.skipped;
    spares.set(node, (spares.get(node) ?? 0) + 1);
  }
  expect([...spares.keys()].sort()).toEqual(['n4', 'n5']);
  expect(Math.min(...spares.values())).toBeGreaterThan(60);
});

test('of two that lead, the one of the later term', async () => {
  const { host, resolve } = scene(3);
  const old = { role: 'leader', leader: 'n1', logEnd: 0, commit: 0, applied: 0 };
  host.status = async (node) => ({
    ...old,
    role: node === 'n2' ? 'follower' : 'leader',
    term: node === 'n3' ? 8 : 7,
  });
  expect(await resolve('leader')).toEqual({ nodes: ['n3'] });
});

test('waits for an election, but not for ever', async () => {
  const { clock, host, resolve } = scene();
  host.leader = undefined;
  expect(await resolve('leader')).toEqual({ skipped: 'no node leads' });
  expect(await resolve('followers')).toEqual({ skipped: 'no node leads' });
  expect(clock.now()).toBeLessThan(6000);
  void clock.sleep(500).then(() => (host.leader = 'n2'));
  expect(await resolve('leader')).toEqual({ nodes: ['n2'] });
});

test('a named node, the trigger, and their absence', async () => {
  const { resolve } = scene();
  expect(await resolve({ node: 'n4' })).toEqual({ nodes: ['n4'] });
  expect(await resolve({ node: 'n9' })).toEqual({ skipped: 'no node n9' });
  expect(await resolve('trigger', 1, 'n2')).toEqual({ nodes: ['n2'] });
  expect(await resolve('trigger')).toEqual({ skipped: 'no node reached a mark' });
  expect(await scene(2).resolve('minority')).toEqual({ skipped: 'no minority among 2 nodes' });
});
