/** The node contract, proven: a Raft election and a write, on a clock, network and disks moved by hand. */
import { expect, test } from 'vitest';
import { system } from '../raft-kv/index.ts';
import type { Completion, NodeId } from '../contract.ts';
import { Cluster } from './cluster.ts';

function roles(cluster: Cluster): (string | undefined)[] {
  return cluster.nodes.map((id) => cluster.at(id).node?.status().role);
}

function leaderOf(cluster: Cluster): NodeId | undefined {
  return cluster.nodes.find((id) => cluster.at(id).node?.status().role === 'leader');
}

test('three nodes elect a leader and a write is on every disk, one event at a time', () => {
  const cluster = new Cluster({ system, nodes: 3, seed: 1 });
  cluster.start();
  expect(roles(cluster)).toEqual(['follower', 'follower', 'follower']);
  while (leaderOf(cluster) === undefined) expect(cluster.queue.step()).toBe(true);
  // Pre-vote and vote are a round trip each, and two terms are saved in turn, on top of the time-out.
  expect(cluster.queue.now).toBeGreaterThan(300);
  expect(cluster.queue.now).toBeLessThan(610);

  let completion: Completion | undefined;
  cluster.client().invoke({ f: 'put', key: 'x', value: '1' }, 1000, (done) => (completion = done));
  while (completion === undefined) expect(cluster.queue.step()).toBe(true);
  expect(completion).toEqual({ type: 'ok', node: leaderOf(cluster) });

  cluster.queue.run(100);
  for (const id of cluster.nodes) {
    // The leader's no-op, the client's registration, the put.
    expect(cluster.at(id).node?.status()).toMatchObject({ logEnd: 3, commit: 3, applied: 3 });
    expect(new TextDecoder().decode(cluster.at(id).disk.read('log'))).toContain('["put",2,1,"x","1"]');
  }
});

test('the same seed gives the same run', () => {
  const run = (): string[] => {
    const lines: string[] = [];
    const cluster = new Cluster({
      system,
      nodes: 5,
      seed: 2,
      onLog: (node, event, data) =>
        lines.push(`${cluster.queue.now} ${node} ${event} ${JSON.stringify(data)}`),
    });
    cluster.start();
    cluster.queue.run(2000);
    return lines;
  };
  expect(run()).toEqual(run());
});

test('a crash loses what was not synced, and keeps what was', () => {
  const cluster = new Cluster({ system, nodes: 1, seed: 3 });
  cluster.start();
  cluster.queue.run(1000);
  const disk = cluster.at('n1').disk;
  const before = disk.read('log')!.length;
  disk.append('log', new Uint8Array(10));
  cluster.crashNow('n1', () => ({ operations: 0, torn: 3 }));
  expect(disk.read('log')).toHaveLength(before + 3);
  cluster.at('n1').start();
  cluster.queue.run(10);
  expect(cluster.marks['torn-tail']).toBe(1);
  // The torn end is gone, and what is left is sealed anew.
  expect(disk.read('log')).toHaveLength(before + 12);
});
