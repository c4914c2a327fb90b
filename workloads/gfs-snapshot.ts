/**
 * Files that are written as a whole while snapshots are taken of them: each snapshot shows what the file
 * held at one moment between its beginning and its end, and goes on showing it, whatever is written after.
 * A file and its snapshots are one object.
 */
import { DONE, EXISTS, NO_SUCH_FILE } from '../checkers/namespace-model.ts';
import { snapshots } from '../checkers/snapshot-model.ts';
import type { Completion, Invocation, Json } from '../systems/contract.ts';
import { filled, isEmpty, tokenOf } from './gfs-bytes.ts';
import type { Generator, Random, Workload, WorkloadOptions } from './types.ts';
import { Weights } from './weights.ts';

/** Bytes that are written: less than any chunk holds. */
const SIZE = 64;
const FUNCTIONS = { write: 4, read: 3, snapshot: 1, 'read-snapshot': 2 };

export const gfsSnapshot: Workload = {
  name: 'gfs-snapshot',
  about: 'write files while snapshots are taken of them, and read both',
  functions: FUNCTIONS,
  defaultKeys: 3,
  needs: ['write', 'read', 'snapshot'],
  generator: (options, random) => new SnapshotGenerator(options, random),
  toClient,
  fromClient,
  model: snapshots(),
  checks: ['linearizable'],
};

interface File {
  readonly key: string;
  written: number;
  /** Snapshots asked for. */
  taken: number;
}

class SnapshotGenerator implements Generator {
  readonly #files: readonly File[];
  readonly #weights: Weights;
  readonly #random: Random;

  constructor({ keys, ops }: WorkloadOptions, random: Random) {
    this.#files = Array.from({ length: keys }, (_, n) => ({ key: `k${n + 1}`, written: 0, taken: 0 }));
    this.#weights = new Weights(ops, Object.keys(FUNCTIONS));
    this.#random = random;
  }

  next(): Invocation {
    const f = this.#weights.draw(this.#random);
    const file = this.#files[this.#random.int(this.#files.length)]!;
    const back = this.#random.int(RECENT);
    const { key } = file;
    if (f === 'write') return { f, key, value: String(++file.written) };
    if (f === 'snapshot') return { f, key, value: ++file.taken };
    if (f === 'read-snapshot') return { f, key, value: Math.max(1, file.taken - back) };
    return { f, key };
  }

  final(): readonly Invocation[] {
    // Runs tell final reads apart by their key, so one each: of the file; a history has many of snapshots.
    return this.#files.map(({ key }) => ({ f: 'read', key }));
  }
}

/** A snapshot is read while it is one of the last few. */
const RECENT = 8;

function toClient({ f, key = '', value }: Invocation): Invocation {
  const path = `/${key}`;
  const snapshot = `${path}.${String(value)}`;
  const all = { offset: 0, length: SIZE };
  switch (f) {
    case 'write':
      return { f, key: path, value: { offset: 0, data: filled(key, String(value), SIZE), create: true } };
    case 'read':
      return { f, key: path, value: all };
    case 'snapshot':
      return { f, key: path, value: snapshot };
    case 'read-snapshot':
      return { f: 'read', key: snapshot, value: all };
    default:
      throw new RangeError(`this workload has no function ${f}`);
  }
}

function fromClient({ f, key = '' }: Invocation, completion: Completion): Completion {
  const { value: answer, error, ...rest } = completion;
  if (completion.type === 'fail' && f !== 'write' && (error === EXISTS || error === NO_SUCH_FILE)) {
    return { ...rest, type: 'ok', value: f === 'read' ? null : error };
  }
  if (completion.type !== 'ok') return { ...rest, ...(error !== undefined && { error }) };
  if (f === 'write') return rest;
  return { ...rest, value: f === 'snapshot' ? DONE : contentOf(key, answer ?? null) };
}

function contentOf(key: string, answer: Json): Json {
  return answer === '' || (typeof answer === 'string' && isEmpty(answer))
    ? null
    : tokenOf(key, answer, () => SIZE);
}
