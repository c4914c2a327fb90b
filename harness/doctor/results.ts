/** The place that results go to: nodes keep their data there, so its disk is the disk under test. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Finding } from './finding.ts';

const SYNCS = 20;
const BLOCK = Buffer.alloc(4096, 1);
const SLOW_MS = 20;
const LITTLE_SPACE = 2 ** 30;
/** File systems in memory, by their numbers in Linux's `statfs`: tmpfs, ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];

/** `out`: the folder; where it is not there yet, the nearest above it that is. */
export async function results(out: string): Promise<readonly Finding[]> {
  const folder = existing(resolve(out));
  const name = 'results';
  let scratch: string;
  try {
    scratch = mkdtempSync(join(folder, '.faultline-doctor-'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ name, state: 'missing', found: why, hint: 'choose another place: --out DIR', needed: true }];
  }
  try {
    return [space(folder), synced(scratch)];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function space(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `can be written; ${(free / 2 ** 30).toFixed(1)} GiB free`;
  if (free >= LITTLE_SPACE) return { name: 'results', state: 'ok', found };
  return {
    name: 'results',
    state: 'poor',
    found,
    hint: 'a run keeps its history and all that nodes stored: make room, or --out DIR',
  };
}

function synced(scratch: string): Finding {
  const name = 'fsync';
  const fd = openSync(join(scratch, 'sync'), 'a');
  const times: number[] = [];
  try {
    for (let n = 0; n < SYNCS; n++) {
      const begin = performance.now();
      writeSync(fd, BLOCK);
      fsyncSync(fd);
      times.push(performance.now() - begin);
    }
  } finally {
    closeSync(fd);
  }
  times.sort((a, b) => a - b);
  const median = times[SYNCS / 2]!;
  const found = `median ${median.toFixed(2)} ms, longest ${times.at(-1)!.toFixed(1)} ms, of ${SYNCS}`;
  if (process.platform === 'linux' && IN_MEMORY.includes(statfsSync(scratch).type)) {
    return {
      name,
      state: 'poor',
      found: `${found}; in memory`,
      hint: 'no disk is tested here: --out a folder on one',
    };
  }
  if (median <= SLOW_MS) return { name, state: 'ok', found };
  return {
    name,
    state: 'poor',
    found,
    hint: 'every write of a system waits for it: choose lower rates, or --out a faster disk',
  };
}
