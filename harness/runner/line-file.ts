/**
 * A file of lines that grows while a run goes on, written in pieces. Bounded: beyond its limit only a last
 * line that says so.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { escapeControls } from '../store/escape.ts';

const PIECE = 1024 * 1024;

export class LineFile {
  readonly #fd: number;
  readonly #limit: number;
  readonly #onError: (error: unknown) => void;
  #pending: string[] = [];
  #pendingSize = 0;
  #size = 0;

  /** Creates `path`. `onError` hears once of a write that failed; nothing is written after it. */
  constructor(path: string, limit: number, onError: (error: unknown) => void) {
    this.#fd = openSync(path, 'w');
    this.#limit = limit;
    this.#onError = onError;
  }

  write(line: string): void {
    if (this.#size > this.#limit) return;
    this.#size += line.length + 1;
    this.#pending.push(this.#size > this.#limit ? '(more is not kept)' : escapeControls(line));
    this.#pendingSize += line.length;
    if (this.#pendingSize > PIECE) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(`${this.#pending.join('\n')}\n`);
    this.#pending = [];
    this.#pendingSize = 0;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      this.#size = Infinity;
      this.#onError(error);
    }
  }
}
