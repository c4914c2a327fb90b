/**
 * A node's disk, which knows what is durable. Each file is its durable bytes and the operations asked for
 * since, in order; a sync or replace that completes moves those before it over. A crash keeps some prefix
 * of the others, file by file, and maybe a part of the append after it: all that the contract promises.
 *
 * The disk is not the node's: what was asked for becomes durable while the node is paused, and what went
 * wrong with it outlives the node's restarts.
 */
import type { DiskCounters, DiskTrouble } from '../../../nemesis/host.ts';
import type { Disk, DiskCompletion, DiskToken } from '../../../systems/contract.ts';
import { Bytes } from './bytes.ts';

type Operation =
  | { readonly kind: 'append'; readonly bytes: Uint8Array }
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number }
  | { readonly kind: 'remove' };

interface File {
  /** Undefined when there durably is no such file. */
  durable: Bytes | undefined;
  pending: Operation[];
  /** How many operations were ever made durable, to tell which of `pending` a sync covers. */
  folded: number;
  /** When the last of the syncs asked for will be done: those of one file end in order. */
  busyUntil: number;
}

/** What a crash leaves of the operations not yet durable on one file: how many, and bytes of the next append. */
export type Survival = (
  pending: number,
  nextAppend: number,
) => { readonly operations: number; readonly torn: number };

export const LOSE_ALL: Survival = () => ({ operations: 0, torn: 0 });

export interface DiskOptions {
  readonly now: () => number;
  /** Lets `finish` happen at `time`; nothing of it does when the node has crashed by then. */
  readonly schedule: (time: number, finish: () => void) => void;
  /** How long the next sync or replace takes, ms. */
  readonly duration: () => number;
  readonly complete: (completion: DiskCompletion) => void;
  /** The same of one that fails, which shows as it is asked for; not to be told before the asking is over. */
  readonly fail: (completion: DiskCompletion) => void;
}

export class SimDisk implements Disk {
  readonly #options: DiskOptions;
  readonly #files = new Map<string, File>();
  #tokens = 0;
  #trouble: DiskTrouble | undefined;
  #counters = { syncs: 0, slowed: 0, failed: 0 };

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  get counters(): DiskCounters {
    return { ...this.#counters };
  }

  set trouble(trouble: DiskTrouble | undefined) {
    this.#trouble = trouble;
  }

  read(name: string): Uint8Array | undefined {
    const file = this.#files.get(name);
    return file && contentOf(file)?.copy();
  }

  append(name: string, bytes: Uint8Array): void {
    this.#open(name).pending.push({ kind: 'append', bytes });
  }

  sync(name: string): DiskToken {
    return this.#finishLater(name, 'sync');
  }

  replace(name: string, bytes: Uint8Array): DiskToken {
    this.#open(name).pending.push({ kind: 'replace', bytes });
    return this.#finishLater(name, 'replace');
  }

  truncate(name: string, size: number): void {
    this.#open(name).pending.push({ kind: 'truncate', size });
  }

  remove(name: string): void {
    this.#open(name).pending.push({ kind: 'remove' });
  }

  list(): readonly string[] {
    return [...this.#files]
      .flatMap(([name, file]) => (contentOf(file) === undefined ? [] : [name]))
      .sort((a, b) => (a < b ? -1 : 1));
  }

  /** The node is gone; of what was not durable, what `survival` leaves now is. */
  crash(survival: Survival): void {
    for (const file of this.#files.values()) {
      const { pending } = file;
      file.busyUntil = 0;
      if (pending.length === 0) continue;
      const { operations, torn } = survival(
        pending.length,
        Math.max(
          0,
          ...pending.map((operation) => (operation.kind === 'append' ? operation.bytes.length : 0)),
        ),
      );
      const piece = pending[operations];
      fold(file, operations);
      if (torn > 0 && piece?.kind === 'append') {
        (file.durable ??= new Bytes()).append(piece.bytes.subarray(0, torn));
      }
      file.pending = [];
    }
  }

  /** Flips one bit of what is durable, at `where` in [0, 1) of all files in the order of their names. */
  flip(where: number): { readonly file: string; readonly offset: number } | undefined {
    const files = [...this.#files].flatMap(([name, { durable }]) =>
      durable === undefined || durable.length === 0 ? [] : [{ name, durable }],
    );
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    const bits = files.reduce((sum, { durable }) => sum + 8 * durable.length, 0);
    let bit = Math.floor(where * bits);
    for (const { name, durable } of files) {
      if (bit < 8 * durable.length) {
        const offset = bit >>> 3;
        this.flipBit(name, offset, bit & 7);
        return { file: name, offset };
      }
      bit -= 8 * durable.length;
    }
    return undefined;
  }

  /** Flips one bit of a durable byte. Throws when there is no such byte. */
  flipBit(name: string, offset: number, bit: number): void {
    const durable = this.#files.get(name)?.durable;
    if (durable === undefined || offset >= durable.length) throw new Error(`${name} has no byte ${offset}`);
    durable.flip(offset, bit);
  }

  #finishLater(name: string, kind: 'sync' | 'replace'): DiskToken {
    const token = ++this.#tokens;
    const file = this.#open(name);
    const upTo = file.folded + file.pending.length;
    const trouble = this.#trouble;
    const { now, duration, schedule, complete, fail } = this.#options;
    this.#counters.syncs++;
    const error = this.#errorOf(kind, file);
    if (error !== undefined) {
      this.#counters.failed++;
      fail({ token, error });
      return token;
    }
    const delay = trouble?.kind === 'slow' ? trouble.delay : 0;
    if (trouble?.kind === 'slow') this.#counters.slowed++;
    file.busyUntil = Math.max(file.busyUntil, now()) + duration() + delay;
    schedule(file.busyUntil, () => {
      fold(file, upTo - file.folded);
      complete({ token });
    });
    return token;
  }

  /** A full disk has no room for more, but what only shortens or removes succeeds on it. */
  #errorOf(kind: 'sync' | 'replace', { pending }: File): string | undefined {
    switch (this.#trouble?.kind) {
      case 'fail':
        return 'EIO: i/o error';
      case 'full': {
        const grows = kind === 'replace' || pending.some((operation) => operation.kind === 'append');
        return grows ? 'ENOSPC: no space left on device' : undefined;
      }
      default:
        return undefined;
    }
  }

  #open(name: string): File {
    const found = this.#files.get(name);
    if (found !== undefined) return found;
    const file: File = { durable: undefined, pending: [], folded: 0, busyUntil: 0 };
    this.#files.set(name, file);
    return file;
  }
}

/** Makes the first `count` pending operations durable. */
function fold(file: File, count: number): void {
  if (count <= 0) return;
  const operations = count === file.pending.length ? file.pending : file.pending.slice(0, count);
  file.pending = count === file.pending.length ? [] : file.pending.slice(count);
  file.folded += operations.length;
  for (const operation of operations) file.durable = applied(file.durable, operation);
}

function contentOf({ durable, pending }: File): Bytes | undefined {
  if (pending.length === 0) return durable;
  let content = durable && new Bytes(durable.copy());
  for (const operation of pending) content = applied(content, operation);
  return content;
}

function applied(content: Bytes | undefined, operation: Operation): Bytes | undefined {
  switch (operation.kind) {
    case 'append': {
      const longer = content ?? new Bytes();
      longer.append(operation.bytes);
      return longer;
    }
    case 'replace':
      return new Bytes(operation.bytes);
    case 'truncate':
      content?.truncate(operation.size);
      return content;
    case 'remove':
      return undefined;
  }
}
