/** What a disk may do to the log, byte by byte, and what the log makes of it on start. */
import { expect, test } from 'vitest';
import { EventQueue } from '../harness/hosts/sim/event-queue.ts';
import { LOSE_ALL, SimDisk } from '../harness/hosts/sim/disk.ts';
import { raftEntries, type Entry } from './raft-kv/entry.ts';
import { CorruptFile } from './json-records.ts';
import { Log } from './log.ts';

function rig() {
  const queue = new EventQueue();
  const log: { current?: Log<Entry> } = {};
  const disk = new SimDisk({
    now: () => queue.now,
    schedule: (time, finish) => void queue.at(time, 'disk', finish),
    duration: () => 1,
    complete: ({ token }) => {
      log.current?.completed(token);
      log.current?.sync();
    },
    fail: ({ error }) => expect(error).toBeUndefined(),
  });
  log.current = new Log(disk, raftEntries);
  return { queue, disk, log: log.current };
}

const put = (value: string): Entry => [1, ['put', 1, 1, 'x', value]];

/** Three syncs, the last of two runs; or what a rewrite makes of them. */
function synced(rewritten: boolean) {
  const { queue, disk, log } = rig();
  log.write(1, [put('one')]);
  queue.run(5);
  log.write(2, [put('two'), put('three')]);
  queue.run(5);
  log.write(4, [put('four')]);
  log.write(5, [put('five')]);
  queue.run(5);
  if (rewritten) {
    log.compact(2);
    queue.run(5);
  }
  expect(log.durable).toBe(5);
  return { disk, log };
}

function recovered(disk: SimDisk): Log<Entry> {
  const log = new Log(disk, raftEntries);
  log.recover();
  return log;
}

test.each([false, true])('a flipped bit never loses an entry that was synced; rewritten: %s', (rewritten) => {
  const bits = 8 * synced(rewritten).disk.read('log')!.length;
  let noticed = 0;
  for (let bit = 0; bit < bits; bit++) {
    const { disk, log } = synced(rewritten);
    disk.flip((bit + 0.5) / bits);
    try {
      const again = recovered(disk);
      for (let index = log.start.index + 1; index <= 5; index++) {
        expect(again.at(index), `bit ${bit}, entry ${index}`).toEqual(log.at(index));
      }
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      noticed++;
    }
  }
  // All but those in the last seal.
  expect(noticed).toBe(bits - 8 * 12);
});

test('whatever a crash leaves of what was not synced, what was is there, and nothing is taken for damage', () => {
  const { log: whole } = synced(false);
  for (let operations = 0; operations <= 4; operations++) {
    for (let torn = 0; torn < 60; torn++) {
      const { disk, log } = synced(false);
      log.write(6, [put('six')]);
      log.write(7, [put('seven')]);
      disk.crash(() => ({ operations, torn }));
      const again = recovered(disk);
      for (let index = 1; index <= 5; index++) expect(again.at(index)).toEqual(whole.at(index));
      expect(again.lastIndex).toBeGreaterThanOrEqual(5);
    }
  }
});

test('a log that was cut goes on where it was cut', () => {
  const { disk, log } = synced(false);
  log.write(6, [put('six')]);
  disk.crash(() => ({ operations: 0, torn: 20 }));
  const again = recovered(disk);
  expect(again.lastIndex).toBe(5);
  again.write(6, [put('another six')]);
  disk.crash((pending) => ({ operations: pending, torn: 0 }));
  expect(recovered(disk).at(6)).toEqual(put('another six'));
  disk.crash(LOSE_ALL);
});
