import { expect, test } from 'vitest';
import type { DiskCompletion } from '../../../systems/contract.ts';
import { LOSE_ALL, SimDisk } from './disk.ts';
import { EventQueue } from './event-queue.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function rig(duration = 10) {
  const queue = new EventQueue();
  const completions: DiskCompletion[] = [];
  const disk = new SimDisk({
    now: () => queue.now,
    schedule: (time, finish) => void queue.at(time, 'disk', finish),
    duration: () => duration,
    complete: (completion) => completions.push(completion),
    fail: (completion) => completions.push(completion),
  });
  const text = (file: string): string | undefined => {
    const read = disk.read(file);
    return read && new TextDecoder().decode(read);
  };
  return { queue, completions, disk, text };
}

test('what is written is read at once, and durable only with its sync', () => {
  const { queue, completions, disk, text } = rig();
  disk.append('log', bytes('one'));
  expect(text('log')).toBe('one');
  const token = disk.sync('log');
  disk.append('log', bytes(' two'));
  queue.run(9);
  expect(completions).toEqual([]);
  queue.run(1);
  expect(completions).toEqual([{ token }]);
  disk.crash(LOSE_ALL);
  expect(text('log')).toBe('one');
});

test('a crash before the sync is done loses all of it, the file itself included', () => {
  const { queue, disk, text } = rig();
  disk.append('log', bytes('one'));
  disk.sync('log');
  queue.run(5);
  disk.crash(LOSE_ALL);
  expect(text('log')).toBeUndefined();
  expect(disk.list()).toEqual([]);
});

test('a crash may keep a prefix, and tear the append after it', () => {
  const { disk, text } = rig();
  disk.append('log', bytes('one'));
  disk.append('log', bytes('two'));
  disk.append('log', bytes('three'));
  disk.crash(() => ({ operations: 1, torn: 2 }));
  expect(text('log')).toBe('onetw');
});

test('replace is whole or not at all, also when it is torn', () => {
  const { queue, disk, text } = rig();
  disk.replace('vote', bytes('old'));
  queue.run(10);
  disk.replace('vote', bytes('new'));
  disk.crash(() => ({ operations: 0, torn: 2 }));
  expect(text('vote')).toBe('old');
  disk.replace('vote', bytes('new'));
  disk.crash(() => ({ operations: 1, torn: 0 }));
  expect(text('vote')).toBe('new');
});

test('operations take effect in the order they were asked for', () => {
  const { queue, disk, text } = rig();
  disk.append('log', bytes('abcdef'));
  disk.truncate('log', 3);
  disk.append('log', bytes('X'));
  expect(text('log')).toBe('abcX');
  disk.replace('log', bytes('new file'));
  disk.truncate('log', 3);
  disk.append('log', bytes('!'));
  disk.remove('gone');
  disk.sync('log');
  queue.run(20); // one after the other
  disk.crash(LOSE_ALL);
  expect(text('log')).toBe('new!');
  disk.remove('log');
  expect(disk.list()).toEqual([]);
  disk.crash(LOSE_ALL);
  expect(disk.list()).toEqual(['log']);
});

test('what a node handed over is never written to', () => {
  const { queue, disk, text } = rig();
  const given = bytes('given');
  disk.replace('file', given);
  disk.truncate('file', 2);
  disk.append('file', bytes('+++'));
  queue.run(10);
  expect(text('file')).toBe('gi+++');
  expect(new TextDecoder().decode(given)).toBe('given');
});

test('syncs of one file end in the order they were asked for', () => {
  const queue = new EventQueue();
  const durations = [10, 1];
  const ended: number[] = [];
  const disk = new SimDisk({
    now: () => queue.now,
    schedule: (time, finish) => void queue.at(time, 'disk', finish),
    duration: () => durations.shift()!,
    complete: ({ token }) => ended.push(token),
    fail: ({ error }) => expect(error).toBeUndefined(),
  });
  const [first, second] = [disk.sync('log'), disk.sync('log')];
  queue.run(20);
  expect(ended).toEqual([first, second]);
});

test('slow: every sync takes longer; counted', () => {
  const { queue, completions, disk } = rig();
  disk.trouble = { kind: 'slow', delay: 100 };
  disk.sync('log');
  queue.run(109);
  expect(completions).toEqual([]);
  queue.run(1);
  expect(completions).toHaveLength(1);
  expect(disk.counters).toEqual({ syncs: 1, slowed: 1, failed: 0 });
});

test('failing: the sync says so, and nothing is durable', () => {
  const { queue, completions, disk, text } = rig();
  disk.trouble = { kind: 'fail' };
  disk.append('log', bytes('one'));
  disk.sync('log');
  queue.run(10);
  expect(completions[0]?.error).toMatch(/EIO/);
  disk.crash(LOSE_ALL);
  expect(text('log')).toBeUndefined();
  expect(disk.counters).toEqual({ syncs: 1, slowed: 0, failed: 1 });
});

test('full: what grows fails, what shortens does not', () => {
  const { queue, completions, disk } = rig();
  disk.append('log', bytes('one'));
  disk.sync('log');
  queue.run(10);
  completions.length = 0;
  disk.trouble = { kind: 'full' };
  disk.truncate('log', 1);
  const shortened = disk.sync('log');
  disk.append('log', bytes('two'));
  const grown = disk.sync('log');
  const replaced = disk.replace('vote', bytes('x'));
  queue.run(30);
  const errorOf = (token: number): string | undefined =>
    completions.find((completion) => completion.token === token)!.error;
  expect(errorOf(shortened)).toBeUndefined();
  expect(errorOf(grown)).toMatch(/ENOSPC/);
  expect(errorOf(replaced)).toMatch(/ENOSPC/);
});

test('one bit flips, at the place that the draw comes to', () => {
  const { queue, disk } = rig();
  disk.append('a', new Uint8Array(10));
  disk.append('b', new Uint8Array(30));
  disk.sync('a');
  disk.sync('b');
  queue.run(20);
  expect(disk.flip(0)).toEqual({ file: 'a', offset: 0 });
  expect(disk.flip(0.25)).toEqual({ file: 'b', offset: 0 });
  expect(disk.flip(0.9999)).toEqual({ file: 'b', offset: 29 });
  expect([...disk.read('a')!]).toEqual([1, ...new Array<number>(9).fill(0)]);
  expect(disk.read('b')![29]).toBe(128);
});

test('a bit of a byte that is named flips, if there durably is such a byte', () => {
  const { queue, disk } = rig();
  disk.append('log', new Uint8Array(10));
  disk.sync('log');
  queue.run(10);
  disk.append('log', new Uint8Array(10));
  disk.flipBit('log', 9, 2);
  expect([...disk.read('log')!].slice(8, 11)).toEqual([0, 4, 0]);
  expect(() => disk.flipBit('log', 10, 0)).toThrow('log has no byte 10');
  expect(() => disk.flipBit('vote', 0, 0)).toThrow('vote has no byte 0');
});

test('there is nothing to flip on an empty disk', () => {
  const { disk } = rig();
  disk.append('log', bytes('not durable'));
  expect(disk.flip(0.5)).toBeUndefined();
});
