import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiskCompletion, DiskToken } from '../../../systems/contract.ts';
import { DiskHealth } from './disk-health.ts';
import { FileDisk } from './disk.ts';
import { EndOfTurn } from './end-of-turn.ts';
import { flipBit } from './flip-bit.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'faultline-disk-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const onDisk = (file: string) => readFileSync(join(directory, file), 'utf8');

/** Time enough for a write that is not to happen: a sync of another file, begun later. */
async function elsewhere(disk: FileDisk, done: (token: DiskToken) => Promise<DiskCompletion>) {
  disk.append('elsewhere', bytes('x'));
  await done(disk.sync('elsewhere'));
}

/** A disk in `directory` whose completions can be awaited. */
function open() {
  const completed: DiskCompletion[] = [];
  const waiting = new Map<DiskToken, (completion: DiskCompletion) => void>();
  const health = new DiskHealth(() => undefined);
  const disk = new FileDisk(directory, new EndOfTurn(), health, (completion) => {
    completed.push(completion);
    waiting.get(completion.token)?.(completion);
  });
  const done = (token: DiskToken) =>
    new Promise<DiskCompletion>((resolve) => {
      const completion = completed.find((each) => each.token === token);
      if (completion !== undefined) resolve(completion);
      else waiting.set(token, resolve);
    });
  const text = (file: string) => {
    const content = disk.read(file);
    return content === undefined ? undefined : new TextDecoder().decode(content);
  };
  return { disk, health, completed, done, text };
}

describe('append and sync', () => {
  test('what is not synced is read back, but is not in the file', async () => {
    const { disk, done, text } = open();
    disk.append('log', bytes('one;'));
    disk.append('log', bytes('two;'));
    await elsewhere(disk, done);
    expect(text('log')).toBe('one;two;');
    expect(disk.list()).toEqual(['elsewhere', 'log']);
    expect(readdirSync(directory)).toEqual(['elsewhere']);
  });

  test('a sync never completes in the call that asks for it, and then the bytes are in the file', async () => {
    const { disk, completed, done } = open();
    disk.append('log', bytes('one;'));
    const token = disk.sync('log');
    expect(completed).toEqual([]);
    expect(await done(token)).toEqual({ token });
    expect(onDisk('log')).toBe('one;');
  });

  test('syncs of one turn are answered in order', async () => {
    const { disk, completed, done } = open();
    const tokens = ['a', 'b', 'c'].map((letter) => {
      disk.append('log', bytes(letter));
      return disk.sync('log');
    });
    await done(tokens[2]!);
    expect(completed).toEqual(tokens.map((token) => ({ token })));
    expect(onDisk('log')).toBe('abc');
  });

  test('what is appended while a sync runs waits for a sync of its own', async () => {
    const { disk, done, text } = open();
    disk.append('log', bytes('a'));
    const first = disk.sync('log');
    await new Promise(setImmediate); // the turn's end: the sync runs
    disk.append('log', bytes('b'));
    await done(first);
    await elsewhere(disk, done);
    expect([onDisk('log'), text('log')]).toEqual(['a', 'ab']);
    await done(disk.sync('log'));
    expect([onDisk('log'), text('log')]).toEqual(['ab', 'ab']);
  });

  test('a sync of a file that does not exist completes and makes none', async () => {
    const { disk, done } = open();
    const token = disk.sync('nothing');
    expect(await done(token)).toEqual({ token });
    expect(disk.list()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('long and short pieces are there in their order, whatever was written at once', async () => {
    const { disk, done } = open();
    const pieces = [3, 70_000, 5, 7, 16_384, 16_383, 200_000, 300_000, 0, 1].map((length, at) =>
      Buffer.alloc(length, `${at}`),
    );
    for (const [at, piece] of pieces.entries()) {
      disk.append('log', piece);
      if (at === 4) await done(disk.sync('log'));
    }
    await done(disk.sync('log'));
    expect(readFileSync(join(directory, 'log')).equals(Buffer.concat(pieces))).toBe(true);
  });

  test('more unsynced bytes than are held back are written', async () => {
    const { disk, done } = open();
    disk.append('big', new Uint8Array(5 * 1024 * 1024));
    await elsewhere(disk, done);
    await expect.poll(() => existsSync(join(directory, 'big')) && onDisk('big').length).toBe(5 * 1024 * 1024);
  });
});

describe('replace', () => {
  test('is read back at once, and is in place of the whole file when it completes', async () => {
    writeFileSync(join(directory, 'meta'), 'old and long');
    const { disk, done, text } = open();
    const token = disk.replace('meta', bytes('new'));
    expect(text('meta')).toBe('new');
    expect(onDisk('meta')).toBe('old and long');
    await done(token);
    expect(onDisk('meta')).toBe('new');
    expect(readdirSync(directory)).toEqual(['meta']);
  });

  test('several in a row complete in order; the last content stays, appends go behind it', async () => {
    const { disk, completed, done } = open();
    const first = disk.replace('meta', bytes('1'));
    const second = disk.replace('meta', bytes('2'));
    disk.append('meta', bytes('+'));
    const third = disk.sync('meta');
    await done(third);
    expect(completed).toEqual([{ token: first }, { token: second }, { token: third }]);
    expect(onDisk('meta')).toBe('2+');
  });

  test('a temporary file that a killed process left is gone at the next start', () => {
    writeFileSync(join(directory, 'meta'), 'whole');
    writeFileSync(join(directory, '.meta.new'), 'ha');
    const { disk, text } = open();
    expect(disk.list()).toEqual(['meta']);
    expect(text('meta')).toBe('whole');
    expect(readdirSync(directory)).toEqual(['meta']);
  });
});

describe('errors', () => {
  test.runIf(process.platform === 'linux')(
    'a full disk: the sync says so, and so does every later one',
    async () => {
      symlinkSync('/dev/full', join(directory, 'log'));
      const { disk, done } = open();
      disk.append('log', bytes('lost'));
      expect(await done(disk.sync('log'))).toMatchObject({ error: expect.stringContaining('ENOSPC') });
      expect(await done(disk.sync('log'))).toMatchObject({ error: expect.stringContaining('ENOSPC') });
    },
  );

  test.runIf(process.platform === 'linux')('a replace that fails leaves the old content', async () => {
    writeFileSync(join(directory, 'meta'), 'old');
    const { disk, done, text } = open();
    symlinkSync('/dev/full', join(directory, '.meta.new'));
    expect(await done(disk.replace('meta', bytes('new')))).toMatchObject({
      error: expect.stringContaining('ENOSPC'),
    });
    expect([onDisk('meta'), text('meta')]).toEqual(['old', 'old']);
    expect(readdirSync(directory)).toEqual(['meta']);
    const again = disk.replace('meta', bytes('new'));
    expect(await done(again)).toEqual({ token: again });
    expect(onDisk('meta')).toBe('new');
  });

  test('a file that is a directory fails its sync and no other file', async () => {
    const { disk, done } = open();
    mkdirSync(join(directory, 'log'));
    disk.append('log', bytes('x'));
    disk.append('other', bytes('y'));
    const [bad, good] = [disk.sync('log'), disk.sync('other')];
    expect(await done(bad)).toMatchObject({ error: expect.stringContaining('EISDIR') });
    expect(await done(good)).toEqual({ token: good });
  });

  test.each(['', '.', '..', '.hidden', 'a/b', '../x', 'a\0b', 'a b', 'x'.repeat(101)])(
    'no name: %j',
    (name) => {
      const { disk } = open();
      expect(() => disk.append(name, bytes('x'))).toThrow('not a name');
    },
  );
});

describe('in trouble', () => {
  const EIO = { error: 'EIO: i/o error, fsync' };
  const ENOSPC = { error: 'ENOSPC: no space left on device, write' };

  test('failing: nothing becomes durable, all of it is read, and the next sync when it is well writes it', async () => {
    const { disk, health, done, text } = open();
    disk.append('log', bytes('one;'));
    await done(disk.sync('log'));
    health.set({ kind: 'fail' });
    disk.append('log', bytes('two;'));
    expect(await done(disk.sync('log'))).toMatchObject(EIO);
    expect(await done(disk.sync('log'))).toMatchObject(EIO);
    expect([onDisk('log'), text('log')]).toEqual(['one;', 'one;two;']);
    disk.append('log', bytes('three;'));
    health.set(null);
    const token = disk.sync('log');
    expect(await done(token)).toEqual({ token });
    expect(onDisk('log')).toBe('one;two;three;');
    expect(health.counters).toEqual({ syncs: 4, slowed: 0, failed: 2 });
  });

  test.each(['fail', 'full'] as const)('%s: a replace leaves what was there, or nothing', async (kind) => {
    const { disk, health, done, text } = open();
    await done(disk.replace('meta', bytes('old')));
    health.set({ kind });
    const error = kind === 'fail' ? EIO : ENOSPC;
    expect(await done(disk.replace('meta', bytes('new')))).toMatchObject(error);
    expect(await done(disk.replace('other', bytes('new')))).toMatchObject(error);
    expect([onDisk('meta'), text('meta'), text('other')]).toEqual(['old', 'old', undefined]);
    expect(disk.list()).toEqual(['meta']);
  });

  test('full: what adds nothing works, what is there can be read', async () => {
    const { disk, health, done, text } = open();
    disk.append('log', bytes('one;two;'));
    await done(disk.sync('log'));
    health.set({ kind: 'full' });
    disk.truncate('log', 4);
    const cut = disk.sync('log');
    expect(await done(cut)).toEqual({ token: cut });
    expect(onDisk('log')).toBe('one;');
    disk.append('log', bytes('x'));
    expect(await done(disk.sync('log'))).toMatchObject(ENOSPC);
    expect([onDisk('log'), text('log')]).toEqual(['one;', 'one;x']);
  });

  test('what waits behind a failure has failed too, each once, and in order', async () => {
    const { disk, health, completed, done } = open();
    health.set({ kind: 'fail' });
    disk.append('log', bytes('a'));
    const tokens = [disk.sync('log'), disk.replace('log', bytes('b'))];
    disk.append('log', bytes('c'));
    tokens.push(disk.sync('log'));
    await done(tokens[2]!);
    expect(completed).toEqual(tokens.map((token) => ({ token, ...EIO })));
    expect(health.counters).toEqual({ syncs: 3, slowed: 0, failed: 3 });
    health.set(null);
    await done(disk.sync('log'));
    expect(onDisk('log')).toBe('ac');
  });

  test('a failure is told in the turn that it was asked for, before anything later is heard', async () => {
    const { disk, health, completed } = open();
    health.set({ kind: 'fail' });
    disk.append('log', bytes('a'));
    disk.sync('log');
    await new Promise(setImmediate);
    expect(completed).toMatchObject([EIO]);
  });

  test('slow: a sync takes so much longer, and goes on at once when that is over', async () => {
    const { disk, health, completed, done } = open();
    health.set({ kind: 'slow', delay: 30 });
    const begin = performance.now();
    disk.append('log', bytes('a'));
    await done(disk.sync('log'));
    expect(performance.now() - begin).toBeGreaterThanOrEqual(29); // a timer may fire a moment early
    health.set({ kind: 'slow', delay: 3_600_000 });
    disk.append('log', bytes('b'));
    const token = disk.sync('log');
    await elsewhereIsWell();
    expect(completed.map((each) => each.token)).not.toContain(token);
    health.set(null);
    expect(await done(token)).toEqual({ token });
    expect(health.counters).toEqual({ syncs: 2, slowed: 2, failed: 0 });

    /** Time enough for a sync that is not to end yet. */
    async function elsewhereIsWell(): Promise<void> {
      const other = open();
      await elsewhere(other.disk, other.done);
    }
  });

  test('what a slow disk was still to do is lost with the process', async () => {
    const { disk, health, done } = open();
    await done(disk.replace('meta', bytes('old')));
    health.set({ kind: 'slow', delay: 3_600_000 });
    const late = disk.replace('meta', bytes('new'));
    await new Promise(setImmediate);
    expect(open().text('meta')).toBe('old');
    health.set(null);
    await done(late); // or it would write into a folder that is being removed
  });
});

describe('a flipped bit', () => {
  const bits = (one: Buffer, other: Buffer): number =>
    one.reduce((sum, byte, index) => {
      let difference = byte ^ other[index]!;
      for (; difference > 0; difference >>= 1) sum += difference & 1;
      return sum;
    }, 0);

  test('is one, where it says: over all files by their names, none of ours', () => {
    const all = { a: 'aaaa', b: '', c: 'c'.repeat(12), '.a.new': 'x'.repeat(100) };
    for (const where of [0, 0.2, 0.25, 0.6, 1 - 2 ** -30]) {
      for (const [name, content] of Object.entries(all)) writeFileSync(join(directory, name), content);
      const place = flipBit(directory, where)!;
      const byte = Math.floor(where * 16);
      expect(place).toEqual(byte < 4 ? { file: 'a', offset: byte } : { file: 'c', offset: byte - 4 });
      for (const [name, content] of Object.entries(all)) {
        const now = readFileSync(join(directory, name));
        expect(bits(now, Buffer.from(content))).toBe(name === place.file ? 1 : 0);
        if (name === place.file) expect(now[place.offset]).not.toBe(content.charCodeAt(place.offset));
      }
    }
  });

  test('there is none where nothing is stored', () => {
    expect(flipBit(directory, 0.5)).toBeUndefined();
    expect(flipBit(join(directory, 'missing'), 0.5)).toBeUndefined();
  });
});

describe('against a model', () => {
  type Step =
    ['append', string] | ['truncate', number] | ['replace', string] | ['remove'] | ['sync'] | ['turn'];
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constant('append' as const), fc.string({ unit: 'grapheme-ascii', maxLength: 6 })),
    fc.tuple(fc.constant('truncate' as const), fc.nat(12)),
    fc.tuple(fc.constant('replace' as const), fc.string({ unit: 'grapheme-ascii', maxLength: 6 })),
    fc.tuple(fc.constant('remove' as const)),
    fc.tuple(fc.constant('sync' as const)),
    fc.tuple(fc.constant('turn' as const)),
  );

  test('reads see every step at once; a sync or replace makes all before it durable', async () => {
    let runs = 0;
    const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const file = `f${++runs}`;
      const { disk, done, text } = open();
      let model: string | undefined;
      for (const [kind, argument] of steps) {
        if (kind === 'append') {
          disk.append(file, bytes(String(argument)));
          model = (model ?? '') + String(argument);
        } else if (kind === 'truncate') {
          disk.truncate(file, Number(argument));
          model = model?.slice(0, Number(argument));
        } else if (kind === 'replace') {
          disk.replace(file, bytes(String(argument)));
          model = String(argument);
        } else if (kind === 'remove') {
          disk.remove(file);
          model = undefined;
        } else if (kind === 'sync') {
          await done(disk.sync(file));
          const path = join(directory, file);
          expect(existsSync(path) ? onDisk(file) : undefined).toBe(model);
        } else await new Promise(setImmediate);
        expect(text(file)).toBe(model);
        expect(disk.list().includes(file)).toBe(model !== undefined);
      }
      await done(disk.sync(file));
      expect(open().text(file)).toBe(model);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test('a disk that fails now and then: what was read stays what is read, and what failed is written later', async () => {
    let runs = 0;
    const steps = fc.array(fc.tuple(step, fc.constantFrom('fail', 'full', 'well')), { maxLength: 20 });
    const property = fc.asyncProperty(steps, async (steps) => {
      const file = `f${++runs}`;
      const { disk, health, done, text } = open();
      let model: string | undefined;
      for (const [[kind, argument], state] of steps) {
        health.set(state === 'well' ? null : { kind: state as 'fail' | 'full' });
        if (kind === 'append') {
          disk.append(file, bytes(String(argument)));
          model = (model ?? '') + String(argument);
        } else if (kind === 'truncate') {
          disk.truncate(file, Number(argument));
          model = model?.slice(0, Number(argument));
        } else if (kind === 'replace') {
          const { error } = await done(disk.replace(file, bytes(String(argument))));
          expect(error === undefined).toBe(state === 'well');
          if (error === undefined) model = String(argument);
        } else if (kind === 'remove') {
          disk.remove(file);
          model = undefined;
        } else if (kind === 'sync') {
          const { error } = await done(disk.sync(file));
          if (state === 'well') expect(error).toBeUndefined();
        } else await new Promise(setImmediate);
        expect(text(file)).toBe(model);
        expect(disk.list().includes(file)).toBe(model !== undefined);
      }
      health.set(null);
      const token = disk.sync(file);
      expect(await done(token)).toEqual({ token });
      expect(open().text(file)).toBe(model);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
