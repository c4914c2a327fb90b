/** What a chunkserver makes of a chunk's file that a crash or a bad disk left behind. */
import { describe, expect, test } from 'vitest';
import { SimDisk } from '../../../harness/hosts/sim/disk.ts';
import type { DiskToken } from '../../contract.ts';
import { bytesOf } from '../bytes.ts';
import { Chunk } from './chunk.ts';

const FILE = 'chunk-7';

/** A disk on which everything asked for is durable when the turn is over. */
function diskWith(onDone: (token: DiskToken) => void): {
  readonly disk: SimDisk;
  readonly flush: () => void;
} {
  const due: (() => void)[] = [];
  const disk = new SimDisk({
    now: () => 0,
    schedule: (_time, finish) => due.push(finish),
    duration: () => 0,
    complete: ({ token }) => onDone(token),
    fail: ({ error }) => expect(error).toBeUndefined(),
  });
  const flush = (): void => {
    for (let finish = due.shift(); finish !== undefined; finish = due.shift()) finish();
  };
  return { disk, flush };
}

function chunkOn(disk: SimDisk, compactAfter = 10_000): Chunk {
  return new Chunk(disk, 7, { size: 1024, strong: true, compactAfter, onCompacted: () => undefined });
}

/** A chunk with three mutations, two of them committed, all on disk. */
function written(compactAfter?: number) {
  const { disk, flush } = diskWith((token) => void chunk.file.completed(token));
  const chunk = chunkOn(disk, compactAfter);
  chunk.raise(3, false);
  chunk.begin(3, 0, 0, []);
  chunk.prepare([1, 'write', 0, 11, 1, bytesOf('one')]);
  chunk.prepare([2, 'append', 3, 12, 5, bytesOf('-two')]);
  chunk.commitTo(2);
  chunk.prepare([3, 'write', 0, 11, 2, bytesOf('ONE')]);
  flush();
  return { chunk, disk, flush };
}

function text(chunk: Chunk): string {
  return Buffer.from(chunk.read(0, 1024)).toString('latin1');
}

describe.each([
  ['as it was written', undefined],
  ['rewritten after each mutation', 1],
])('%s', (_, compactAfter) => {
  test('everything is there again, and what was not known to be committed is in the tail', () => {
    const { disk } = written(compactAfter);
    const again = chunkOn(disk);
    expect(again.recover(true)).toEqual({ torn: 0 });
    expect({ version: again.version, begun: again.begun, last: again.last }).toEqual({
      version: 3,
      begun: 3,
      last: 3,
    });
    again.commitTo(3);
    expect(text(again)).toBe('ONE-two');
    expect(again.lastOf(11)).toMatchObject({ seq: 2, offset: 0 });
    expect(again.lastOf(12)).toMatchObject({ seq: 5, offset: 3 });
  });

  test('each bit that flips is found, or was in what nobody was promised', () => {
    const size = written(compactAfter).disk.read(FILE)!.length;
    for (let offset = 0; offset < size; offset++) {
      const { disk } = written(compactAfter);
      disk.flipBit(FILE, offset, offset % 8);
      const again = chunkOn(disk);
      const found = again.recover(true);
      if (found !== undefined && 'damagedAt' in found) continue;
      again.commitTo(3);
      expect({ offset, text: text(again), last: again.last }).toEqual({ offset, text: 'ONE-two', last: 3 });
    }
  });
});

test('a torn write is cut off wherever it is torn, and what was synced before is there', () => {
  const whole = written();
  whole.chunk.prepare([4, 'write', 0, 11, 3, bytesOf('torn')]);
  const sizes = whole.disk.read(FILE)!.length - written().disk.read(FILE)!.length;
  for (let torn = 1; torn < sizes; torn++) {
    const { chunk, disk } = written();
    chunk.prepare([4, 'write', 0, 11, 3, bytesOf('torn')]);
    disk.crash(() => ({ operations: 0, torn }));
    const again = chunkOn(disk);
    const found = again.recover(true);
    // Beyond the mutation only its seal is missing.
    expect(found).toBeDefined();
    expect([3, 4]).toContain(again.last);
    again.commitTo(3);
    expect(text(again)).toBe('ONE-two');
  }
});

test('long data that is torn, between its head and its end or there, is cut off', () => {
  const data = Uint8Array.from({ length: 100_000 }, (_, at) => at * 7);
  const options = { size: 200_000, strong: true, compactAfter: 1_000_000, onCompacted: () => undefined };
  for (const [operations, torn, last] of [
    [0, 1, 3],
    [1, 0, 3],
    [1, 70_000, 3],
    [1, 99_999, 3],
    [2, 0, 4],
  ] as const) {
    const { chunk, disk } = written();
    chunk.file.append({ op: [4, 'write', 0, 11, 3] }, data);
    disk.crash(() => ({ operations, torn }));
    const again = new Chunk(disk, 7, options);
    expect(again.recover(true)).toBeDefined();
    expect({ operations, torn, last: again.last }).toEqual({ operations, torn, last });
    again.commitTo(4);
    expect(again.read(0, 200_000).length).toBe(last === 4 ? 100_000 : 'ONE-two'.length);
    if (last === 4) expect(Buffer.from(again.read(0, 200_000)).equals(Buffer.from(data))).toBe(true);
  }
});

test('of a long file, what was known to be committed is in the content again, and the tail is short', () => {
  const { disk, flush } = diskWith((token) => void chunk.file.completed(token));
  const options = { size: 8_000_000, strong: true, compactAfter: 100_000_000, onCompacted: () => undefined };
  const chunk = new Chunk(disk, 7, options);
  chunk.raise(1, false);
  chunk.begin(1, 0, 0, []);
  const length = 300_000;
  for (let serial = 1; serial <= 20; serial++) {
    chunk.prepare([serial, 'write', (serial - 1) * length, 11, serial, new Uint8Array(length).fill(serial)]);
    chunk.commitTo(serial - 2);
  }
  flush();
  const again = new Chunk(disk, 7, options);
  again.recover(true);
  expect(again.last).toBe(20);
  expect(again.commit).toBeLessThanOrEqual(chunk.commit);
  expect(again.tailBytes).toBeLessThanOrEqual(1_048_576 + 3 * length);
  again.commitTo(20);
  expect(again.length).toBe(20 * length);
  for (let serial = 1; serial <= 20; serial++) expect(again.read((serial - 1) * length, 1)[0]).toBe(serial);
});

test('a primary’s first word keeps what agrees with it, and replaces what does not', () => {
  const { chunk, disk, flush } = written();
  chunk.prepare([4, 'append', 7, 13, 1, bytesOf('gone')]);
  chunk.begin(4, 2, 4, [
    [3, 'write', 0, 11, 2, bytesOf('ONE')],
    [4, 'append', 7, 14, 1, bytesOf('kept')],
  ]);
  flush();
  const again = chunkOn(disk);
  again.recover(true);
  again.commitTo(4);
  expect(text(again)).toBe('ONE-twokept');
  expect(again.lastOf(13)).toBeUndefined();
});

test('a crash while a primary begins never loses what both had', () => {
  const operations = 3;
  for (let kept = 0; kept <= operations; kept++) {
    const { chunk, disk } = written();
    chunk.begin(4, 0, 3, chunk.tail);
    disk.crash(() => ({ operations: kept, torn: 0 }));
    const again = chunkOn(disk);
    again.recover(true);
    expect({ kept, last: again.last }).toEqual({ kept, last: 3 });
  }
});
