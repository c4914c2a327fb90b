/** The node contract, proven: a Raft election and a write, on a clock, network and disks moved by hand. */
import { expect, test } from 'vitest';
import { system } from '../raft-kv/index.ts';
import type { Completion, NodeId } from '../contract.ts';
import { Cluster } from './cluster.ts';

function roles(cluster: Cluster): (string | undefined)[] {
  return cluster.ids.map((id) => cluster.node(id)?.status().role);
}

function leaderOf(cluster: Cluster): NodeId | undefined {
  return cluster.ids.find((id) => cluster.node(id)?.status().role === 'leader');
}

test('three nodes elect a leader and a write is on every disk, one event at a time', () => {
  const cluster = new Cluster({ system, nodes: 3, seed: 'proof' });
  cluster.startAll();
  expect(roles(cluster)).toEqual(['follower', 'follower', 'follower']);
  while (leaderOf(cluster) === undefined) expect(cluster.events.step()).toBe(true);
  // Pre-vote and vote are a round trip each, and two terms are saved in turn, on top of the time-out.
  expect(cluster.now).toBeGreaterThan(300);
  expect(cluster.now).toBeLessThan(610);

  let completion: Completion | undefined;
  cluster.client().invoke({ f: 'put', key: 'x', value: '1' }, 1000, (done) => (completion = done));
  while (completion === undefined) expect(cluster.events.step()).toBe(true);
  expect(completion).toEqual({ type: 'ok', node: leaderOf(cluster) });

  cluster.events.run(100);
  for (const id of cluster.ids) {
    // The leader's no-op, the client's registration, the put.
    expect(cluster.node(id)?.status()).toMatchObject({ logEnd: 3, commit: 3, applied: 3 });
    expect(new TextDecoder().decode(cluster.disk(id).read('log'))).toContain('["put",2,1,"x","1"]');
  }
});

test('the same seed gives the same run', () => {
  const run = (): string[] => {
    const lines: string[] = [];
    const cluster = new Cluster({
      system,
      nodes: 5,
      seed: 'again',
      onLog: (node, event, data) => lines.push(`${cluster.now} ${node} ${event} ${JSON.stringify(data)}`),
    });
    cluster.startAll();
    cluster.events.run(2000);
    return lines;
  };
  expect(run()).toEqual(run());
});

test('a crash loses what was not synced, and keeps what was', () => {
  const cluster = new Cluster({ system, nodes: 1, seed: 'crash' });
  cluster.startAll();
  cluster.events.run(1000);
  const disk = cluster.disk('n1');
  const before = disk.read('log')!.length;
  disk.append('log', new Uint8Array(10));
  cluster.crash('n1', () => ({ operations: 0, torn: 3 }));
  expect(disk.read('log')).toHaveLength(before + 3);
  cluster.start('n1');
  cluster.events.run(10);
  expect(cluster.marks.get('torn-tail')).toBe(1);
  // The torn end is gone, and what is left is sealed anew.
  expect(disk.read('log')).toHaveLength(before + 12);
});
