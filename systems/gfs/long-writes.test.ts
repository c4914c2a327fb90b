/**
 * Writes of many mutations, pushed ahead and ordered together, on a network that loses, doubles and reorders,
 * while chunkservers crash: what is acknowledged is there, whole, and nothing of it comes back over what is
 * written later.
 */
import { expect, test } from 'vitest';
import type { Completion } from '../contract.ts';
import { begin, ended, startedCluster } from './testing/drive.ts';

const SIZE = 3_400_000;
const OPTIONS = {
  chunkSize: 4_194_304,
  compactAfter: 16_777_216,
  lease: 300,
  deadAfter: 200,
  heartbeat: 50,
  attemptTimeout: 200,
};

test.each([1, 2, 3, 4])('seed %i', (seed) => {
  const cluster = startedCluster({
    seed,
    options: { ...OPTIONS, pushBuffer: seed % 2 === 0 ? 1_500_000 : 67_108_864 },
    settings: { loss: 0.02, duplicate: 0.05, reorder: 0.1, latency: { min: 1, max: 5 } },
  });
  let crashes = 0;
  const crash = (): void => {
    const id = cluster.nodes[1 + (crashes++ % (cluster.nodes.length - 1))]!;
    cluster.crashNow(id, (pending) => ({ operations: crashes % (pending + 1), torn: 0 }));
    cluster.at(id).start();
  };
  const written = (data: string): Completion => {
    const write = begin(cluster.client(), 'write', '/a', { offset: 7, data, create: true }, 30_000);
    for (let event = 1; write.completion === undefined; event++) {
      if (event % 120 === 0 && crashes < 12) crash();
      cluster.queue.step();
    }
    return write.completion;
  };

  for (const letter of ['a', 'b', 'c']) {
    expect(written(letter.repeat(SIZE))).toMatchObject({ type: 'ok' });
    const read = ended(cluster, begin(cluster.client(), 'read', '/a', { offset: 7, length: SIZE }, 30_000));
    const found = typeof read.value === 'string' ? read.value : '';
    expect(found.length).toBe(SIZE);
    expect(found === letter.repeat(SIZE)).toBe(true);
  }
  expect(crashes).toBeGreaterThan(2);
});
