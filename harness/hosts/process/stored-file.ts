/**
 * One file of a node's disk: a queue of steps, done in order, in batches.
 *
 * Appends and truncations stay in this process until something needs them done: a sync, too many
 * bytes, or `WRITE_BACK` ms. The kernel's page cache survives a SIGKILL, so a host that wrote at once
 * would never show a system what a power loss does to it. Held here, unsynced writes die with the
 * process. What remains of them is always a prefix: steps are done in order.
 *
 * Group commit: a batch takes all that waits, and one fdatasync answers every sync in it.
 *
 * What the nemesis lets fail was never tried (`disk-health.ts`): its syncs and replaces end in an error,
 * its appends and truncations wait for the next sync, as dirty pages do that could not be written.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import type { DiskCompletion, DiskToken } from '../../../systems/contract.ts';
import { Refused, type DiskHealth } from './disk-health.ts';
import { compacted, writeAt } from './write-at.ts';

const open = promisify(fs.open);
const truncate = promisify(fs.ftruncate);
const fdatasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);
const close = promisify(fs.close);
const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);

/** Unsynced bytes that are held back at most; beyond, they are written (not synced) at once. */
const HELD_BACK = 4 * 1024 * 1024;
/** An operating system writes dirty pages back after some seconds, too. */
const WRITE_BACK = 5_000;

type Step =
  | { readonly kind: 'append'; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number }
  | { readonly kind: 'sync'; readonly token: DiskToken }
  | { readonly kind: 'replace'; readonly token: DiskToken; readonly bytes: Uint8Array }
  | { readonly kind: 'remove' };

export class StoredFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #temporary: string;
  readonly #health: DiskHealth;
  readonly #complete: (completion: DiskCompletion) => void;
  /** Asked for and not begun. */
  #queue: Step[] = [];
  /** Begun and not ended. */
  #batch: readonly Step[] = [];
  /** Size on disk before the batch; undefined when there is no file. */
  #size: number | undefined;
  #exists: boolean;
  #handle: number | undefined;
  /** The name is durable, not only the content. */
  #named: boolean;
  #heldBack = 0;
  #writeBack: NodeJS.Timeout | undefined;
  /** How many steps of the queue, from its head, wait for nothing more. */
  #due = 0;
  #working = false;
  /** Why a write or a sync failed: what is durable is then unknown for good (until a replace). */
  #broken: string | undefined;

  /** `size` is that of the file found at start, undefined when it is new. */
  constructor(
    directory: string,
    name: string,
    size: number | undefined,
    health: DiskHealth,
    complete: (completion: DiskCompletion) => void,
  ) {
    this.#directory = directory;
    this.#path = `${directory}/${name}`;
    this.#temporary = temporaryPath(directory, name);
    this.#health = health;
    this.#complete = complete;
    this.#size = size;
    this.#exists = size !== undefined;
    this.#named = size !== undefined;
  }

  /** As of the last step that was asked for. */
  get exists(): boolean {
    return this.#exists;
  }

  /** There is no such file and nothing to be done for one. */
  get forgettable(): boolean {
    return !this.#exists && !this.#working && this.#queue.length === 0;
  }

  append(bytes: Uint8Array): void {
    this.#exists = true;
    this.#heldBack += bytes.length;
    this.#hold({ kind: 'append', bytes });
  }

  truncate(size: number): void {
    this.#hold({ kind: 'truncate', size });
  }

  sync(token: DiskToken): void {
    this.#demand({ kind: 'sync', token });
  }

  replace(bytes: Uint8Array, token: DiskToken): void {
    this.#exists = true;
    this.#demand({ kind: 'replace', bytes, token });
  }

  remove(): void {
    this.#exists = false;
    this.#demand({ kind: 'remove' });
  }

  /** The content once every step asked for is done: what no step touches is read from the disk. */
  read(): Uint8Array | undefined {
    let kept = this.#size;
    let parts: Uint8Array[] = [];
    for (const step of [...this.#batch, ...this.#queue]) {
      switch (step.kind) {
        case 'append':
          kept ??= 0;
          parts.push(step.bytes);
          break;
        case 'truncate':
          if (kept === undefined) break;
          if (step.size <= kept) [kept, parts] = [step.size, []];
          else parts = [Buffer.concat(parts).subarray(0, step.size - kept)];
          break;
        case 'replace':
          [kept, parts] = [0, [step.bytes]];
          break;
        case 'remove':
          [kept, parts] = [undefined, []];
          break;
        case 'sync':
          break;
      }
    }
    if (kept === undefined) return undefined;
    // A batch that runs now can't change these bytes: what it may touch is not counted in `kept`.
    const onDisk = kept === 0 ? Buffer.alloc(0) : readPrefix(this.#path, kept);
    return new Uint8Array(Buffer.concat([onDisk, ...parts]));
  }

  /** Begins what is due. Call it at the end of a turn, so that a batch takes all that the turn asked for. */
  work(): void {
    if (this.#due === 0 || this.#working) return;
    this.#working = true;
    void this.#work();
  }

  #hold(step: Step): void {
    this.#queue.push(step);
    if (this.#heldBack > HELD_BACK) this.#due = this.#queue.length;
    this.#writeLater();
  }

  #writeLater(): void {
    this.#writeBack ??= setTimeout(() => {
      this.#writeBack = undefined;
      this.#due = this.#queue.length;
      this.work();
    }, WRITE_BACK).unref();
  }

  #demand(step: Step): void {
    this.#due = this.#queue.push(step);
  }

  async #work(): Promise<void> {
    while (this.#due > 0) {
      this.#heldBack = 0;
      clearTimeout(this.#writeBack);
      this.#writeBack = undefined;
      const batch = this.#queue.splice(0, batchLength(this.#queue));
      this.#due = Math.max(0, this.#due - batch.length);
      await this.#do(batch);
    }
    this.#working = false;
  }

  async #do(batch: readonly Step[]): Promise<void> {
    this.#batch = batch;
    let ended = batch;
    let error: string | undefined;
    try {
      await this.#health.pass({
        syncs: countSyncs(batch),
        grows: batch.some(({ kind }) => kind === 'append' || kind === 'replace'),
      });
      const kind = batch[0]?.kind;
      if (kind === 'replace') await this.#replace(batch);
      else if (kind === 'remove') await this.#remove();
      else await this.#extend(batch);
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
      this.#batch = [];
      if (cause instanceof Refused) ended = [...batch, ...this.#putBack(batch)];
    }
    for (const step of ended) {
      if (step.kind !== 'sync' && step.kind !== 'replace') continue;
      this.#complete(error === undefined ? { token: step.token } : { token: step.token, error });
    }
  }

  /**
   * What was not done waits again, before all that was asked for since. What of that was due can't be done
   * before it, and so has failed as well: that is returned.
   */
  #putBack(batch: readonly Step[]): readonly Step[] {
    const late = this.#queue.splice(0, this.#due);
    this.#due = 0;
    this.#health.refused(countSyncs(late));
    const undone = [...batch, ...late].filter(({ kind }) => kind !== 'sync' && kind !== 'replace');
    this.#queue.unshift(...undone);
    this.#exists = this.#existsAfter();
    if (undone.length > 0) this.#writeLater();
    return late;
  }

  /** Whether there is a file once every step asked for is done: a replace that failed has made none. */
  #existsAfter(): boolean {
    return this.#queue.reduce(
      (exists, { kind }) => (kind === 'remove' ? false : exists || kind === 'append' || kind === 'replace'),
      this.#size !== undefined,
    );
  }

  /** The batch is done: from here on `read` finds its effect on the disk. */
  #done(size: number | undefined): void {
    this.#size = size;
    this.#batch = [];
  }

  async #extend(batch: readonly Step[]): Promise<void> {
    // After a failed fsync the kernel may have thrown the dirty pages away and let the next fsync
    // succeed; so once broken, always broken.
    if (this.#broken !== undefined) throw new Error(this.#broken);
    try {
      let size = this.#size;
      for (const step of merged(batch)) {
        if (step.kind === 'append') {
          await writeAt(await this.#opened(), step.pieces, size ?? 0);
          size = step.pieces.reduce((sum, { length }) => sum + length, size ?? 0);
        } else if (step.kind === 'truncate' && size !== undefined && step.size < size) {
          await truncate(await this.#opened(), step.size);
          size = step.size;
        }
      }
      if (size !== undefined && batch.some((step) => step.kind === 'sync')) {
        await fdatasync(await this.#opened());
        if (!this.#named) await syncDirectory(this.#directory);
        this.#named = true;
      }
      this.#done(size);
    } catch (cause) {
      this.#broken = cause instanceof Error ? cause.message : String(cause);
      this.#size = sizeOnDisk(this.#path);
      throw cause;
    }
  }

  /** Of several replaces in a row, only the last one's content is ever seen. */
  async #replace(batch: readonly Step[]): Promise<void> {
    const last = batch.at(-1);
    if (last?.kind !== 'replace') return;
    try {
      const temporary = await open(this.#temporary, 'w');
      try {
        await writeAt(temporary, [last.bytes], 0);
        await fsync(temporary);
      } finally {
        await close(temporary);
      }
      await rename(this.#temporary, this.#path);
    } catch (cause) {
      await unlink(this.#temporary).catch(() => undefined);
      throw cause;
    }
    await this.#closed();
    await syncDirectory(this.#directory);
    this.#named = true;
    this.#broken = undefined;
    this.#done(last.bytes.length);
  }

  async #remove(): Promise<void> {
    await this.#closed();
    if (this.#size !== undefined) await unlink(this.#path);
    this.#named = false;
    this.#broken = undefined;
    this.#done(undefined);
  }

  async #opened(): Promise<number> {
    this.#handle ??= await open(this.#path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
    return this.#handle;
  }

  async #closed(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) await close(handle);
  }
}

/** Nodes can't name files that begin with a dot, so what begins with one is ours. */
function temporaryPath(directory: string, name: string): string {
  return `${directory}/.${name}.new`;
}

function countSyncs(steps: readonly Step[]): number {
  return steps.filter(({ kind }) => kind === 'sync' || kind === 'replace').length;
}

/** How many steps from the first on can be done together. */
function batchLength(steps: readonly Step[]): number {
  const group = (step: Step | undefined) =>
    step?.kind === 'replace' || step?.kind === 'remove' ? step.kind : 'extend';
  const end = steps.findIndex((step) => group(step) !== group(steps[0]));
  return end === -1 ? steps.length : end;
}

type Extension =
  | { readonly kind: 'append'; readonly pieces: readonly Uint8Array[] }
  | (Step & { readonly kind: 'truncate' });

/** What is to be written, neighbouring appends at once, and cut off. */
function* merged(batch: readonly Step[]): Generator<Extension> {
  let parts: Uint8Array[] = [];
  for (const step of batch) {
    if (step.kind === 'append') parts.push(step.bytes);
    else if (step.kind === 'truncate') {
      if (parts.length > 0) yield { kind: 'append', pieces: compacted(parts) };
      parts = [];
      yield step;
    }
  }
  if (parts.length > 0) yield { kind: 'append', pieces: compacted(parts) };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await fsync(handle);
  } finally {
    await close(handle);
  }
}

function readPrefix(path: string, length: number): Buffer {
  const file = fs.openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = fs.readSync(file, bytes, done, length - done, done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    fs.closeSync(file);
  }
}

function sizeOnDisk(path: string): number | undefined {
  return fs.statSync(path, { throwIfNoEntry: false })?.size;
}
