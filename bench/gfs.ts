/**
 * `npm run bench:gfs`: a file's bytes streamed through gfs, a master and three chunkservers that each sync every
 * mutation, against a plain copy of the same bytes through one loopback socket into one file, synced once. In
 * turns, in one run, on the same disk; what counts is the ratio. What is read back is compared.
 *
 * `--mb N` and `--rounds N` make it smaller or more certain.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProcessHost } from '../harness/hosts/process/index.ts';
import { defaultOptions } from '../harness/plan/index.ts';
import type { Completion } from '../systems/contract.ts';
import { bugsNamed } from '../systems/gfs/bugs.ts';
import { GfsClient } from '../systems/gfs/client.ts';
import { system } from '../systems/gfs/index.ts';
import { settingsFrom } from '../systems/gfs/settings.ts';

const PATH = '/stream';
const TIMEOUT = 120_000;
/** Bytes that a client asks for at once, as an application would. */
const REQUEST = 4 * 1024 * 1024;

/** Chunks as in the paper, and patience with a busy machine: what is late is not lost. */
const OPTIONS = {
  chunkSize: 67_108_864,
  compactAfter: 268_435_456,
  attemptTimeout: 10_000,
  resend: 2000,
  secondaryTimeout: 10_000,
  deadAfter: 10_000,
  lease: 30_000,
};

const { values } = parseArgs({
  options: { mb: { type: 'string', default: '32' }, rounds: { type: 'string', default: '3' } },
});
const [megabytes, rounds] = [Number(values.mb), Number(values.rounds)];
const median = (rates: readonly number[]): number => [...rates].sort((a, b) => a - b)[rates.length >> 1]!;
const rateSince = (start: number): number => megabytes / ((performance.now() - start) / 1000);

/** On the disk that results go to, not in a temporary folder that may live in memory. */
mkdirSync('results', { recursive: true });
const folder = mkdtempSync(join('results', 'bench-gfs-'));
try {
  const bytes = Buffer.alloc(megabytes * 1024 * 1024);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31) >>> 3;
  console.log(`${megabytes} MB, three replicas; load ${loadavg()[0]!.toFixed(1)}`);
  const rates: { copy: number[]; write: number[]; read: number[] } = { copy: [], write: [], read: [] };
  for (let round = 0; round < rounds; round++) {
    rates.copy.push(await copied(bytes, join(folder, `copy-${round}`)));
    const { write, read } = await streamed(bytes, join(folder, `gfs-${round}`));
    rates.write.push(write);
    rates.read.push(read);
    console.log(
      `  MB/s: copy ${rates.copy[round]!.toFixed(0)}, write ${write.toFixed(1)}, read ${read.toFixed(1)}`,
    );
  }
  const [copy, write, read] = [median(rates.copy), median(rates.write), median(rates.read)];
  console.log(
    `medians: copy ${copy.toFixed(0)} MB/s; write ${write.toFixed(1)} MB/s = ${(write / copy).toFixed(3)} of it (goal: at least 0.2); read ${read.toFixed(1)} MB/s = ${(read / copy).toFixed(3)} of it`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** MB/s of a plain copy. */
async function copied(bytes: Buffer, path: string): Promise<number> {
  const source = `${path}-source`;
  writeFileSync(source, bytes);
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const file = openSync(path, 'w');
    const server = createServer((socket) => {
      socket.on('data', (piece) => void writeSync(file, piece as Buffer));
      socket.on('error', reject);
      socket.on('end', () => {
        fsyncSync(file);
        closeSync(file);
        server.close(() => resolve());
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      connect(address.port, '127.0.0.1').end(readFileSync(source));
    });
  });
  return rateSince(start);
}

/** MB/s of the same through gfs: written as one stream, and read back as one. */
async function streamed(
  bytes: Buffer,
  directory: string,
): Promise<{ readonly write: number; readonly read: number }> {
  mkdirSync(directory, { recursive: true });
  const config = { bugs: [], options: { ...defaultOptions(system), ...OPTIONS } };
  const host = await startProcessHost({
    system: 'gfs',
    ...config,
    nodes: ['n1', 'n2', 'n3', 'n4'],
    directory,
    seed: 1,
    onEvent: (event) => console.error(event),
  });
  try {
    const client = new GfsClient(host.clientEnv(1), settingsFrom(config.options), bugsNamed(config.bugs));
    await ended((done) => client.invoke({ f: 'create', key: PATH }, TIMEOUT, done));
    await ended((done) => client.writeBytes(PATH, 0, bytes.subarray(0, 1), TIMEOUT, done));
    const writing = performance.now();
    for (let at = 0; at < bytes.length; at += REQUEST) {
      await ended((done) => client.writeBytes(PATH, at, bytes.subarray(at, at + REQUEST), TIMEOUT, done));
    }
    const write = rateSince(writing);
    const reading = performance.now();
    const back: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += REQUEST) {
      await ended((done) =>
        client.readBytes(PATH, at, REQUEST, TIMEOUT, (completion, content) => {
          back.push(content);
          done(completion);
        }),
      );
    }
    const read = rateSince(reading);
    if (!bytes.equals(Buffer.concat(back))) throw new Error('what was read is not what was written');
    client.close();
    return { write, read };
  } finally {
    await host.stop();
  }
}

/** One operation of a client, to its good end. */
function ended(operation: (done: (completion: Completion) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    operation((completion) => {
      if (completion.type === 'ok') resolve();
      else reject(new Error(`${completion.type} ${completion.error ?? ''}`));
    });
  });
}
