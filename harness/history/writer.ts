/**
 * Records ops to `history.jsonl` as they happen.
 *
 * Why the recorded order never makes a correct system look wrong: an invocation is stamped and given
 * its index before its first byte can leave the client, a completion after its last byte arrived, and
 * both happen on one thread. So every recorded interval contains the real one. Widening intervals only
 * removes real-time constraints: whatever order explains the real history explains the recorded one.
 * And a completion is recorded before the same process invokes again, so no process overlaps itself.
 *
 * Crash safety: lines reach the file in index order, so whatever kills the harness, the file holds a
 * prefix of the history, perhaps with a torn last line. A prefix of a linearizable history is
 * linearizable, so it can be judged. Lines wait at most `FLUSH_MS` or `FLUSH_CHARS` in memory.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Op } from './op.ts';
import { opOf, type Entry, type Recorder } from './recorder.ts';

const FLUSH_MS = 10;
const FLUSH_CHARS = 64 * 1024;

/** The history could not be written; nothing after this point is recorded. */
export class HistoryWriteError extends Error {
  constructor(file: string, cause: unknown) {
    super(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'HistoryWriteError';
  }
}

export class HistoryWriter implements Recorder {
  readonly #file: string;
  readonly #fd: number;
  readonly #now: () => number;
  #index = 0;
  #lastTime = 0;
  #pending: string[] = [];
  #pendingChars = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #failed: HistoryWriteError | undefined;
  readonly #onError: (error: HistoryWriteError) => void;
  readonly #onFlush: (bytes: number) => void;
  #bytes = 0;

  /**
   * Creates `file`, which must not exist. `now` gives ns since the start of the run. `onError` is called
   * once, when a write fails; every later `record` is dropped. `onFlush` hears how long the file is, in
   * whole lines, each time it has grown.
   */
  constructor(
    file: string,
    now: () => number,
    onError: (error: HistoryWriteError) => void,
    onFlush: (bytes: number) => void = () => {},
  ) {
    this.#file = file;
    this.#now = now;
    this.#onError = onError;
    this.#onFlush = onFlush;
    this.#fd = openSync(file, 'wx');
  }

  /** How many ops were recorded. */
  get length(): number {
    return this.#index;
  }

  record(entry: Entry): Op {
    // Clocks of a machine may stand still between two calls; the order is that of the indices.
    const time = Math.max(this.#now(), this.#lastTime);
    this.#lastTime = time;
    const op = opOf(this.#index++, time, entry);
    if (this.#failed || this.#closed) return op;
    const line = JSON.stringify(op);
    this.#pending.push(line);
    this.#pendingChars += line.length + 1;
    if (this.#pendingChars >= FLUSH_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    return op;
  }

  /** Hands everything recorded so far to the operating system. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0 || this.#failed) return;
    const bytes = Buffer.from(this.#pending.join('\n') + '\n');
    this.#pending = [];
    this.#pendingChars = 0;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (cause) {
      this.#failed = new HistoryWriteError(this.#file, cause);
      this.#onError(this.#failed);
      return;
    }
    this.#bytes += bytes.length;
    this.#onFlush(this.#bytes);
  }

  /** Flushes and makes the file durable. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    try {
      fsyncSync(this.#fd);
    } catch (cause) {
      this.#failed ??= new HistoryWriteError(this.#file, cause);
    } finally {
      closeSync(this.#fd);
    }
  }
}
