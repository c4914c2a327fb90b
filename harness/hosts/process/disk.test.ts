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
import { FileDisk } from './disk.ts';
import { EndOfTurn } from './end-of-turn.ts';

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
  const disk = new FileDisk(directory, new EndOfTurn(), (completion) => {
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
  return { disk, completed, done, text };
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
});
