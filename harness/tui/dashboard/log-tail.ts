/**
 * The end of a node's log while it grows. Read when it is looked at and no more of it than can be: a log may
 * be large, and the run that writes it is not to be disturbed.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes at the end that are read. */
const TAIL = 64 * 1024;

export class LogTail {
  readonly #folder: string;
  #node = '';
  #size = -1;
  #lines: readonly string[] = [];

  /** `folder`: the run's. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whole lines, the latest last; none where there is no log yet. */
  linesOf(node: string): readonly string[] {
    let fd: number;
    try {
      fd = openSync(join(this.#folder, 'nodes', node, 'node.log'), 'r');
    } catch {
      return [];
    }
    try {
      const { size } = fstatSync(fd);
      if (node !== this.#node || size !== this.#size) this.#lines = tailOf(fd, size);
      [this.#node, this.#size] = [node, size];
    } finally {
      closeSync(fd);
    }
    return this.#lines;
  }
}

function tailOf(fd: number, size: number): readonly string[] {
  const from = Math.max(0, size - TAIL);
  const buffer = Buffer.allocUnsafe(size - from);
  const read = readSync(fd, buffer, 0, buffer.length, from);
  const lines = buffer.toString('utf8', 0, read).split('\n');
  // The first may have lost its beginning, the last has no end yet.
  return lines.slice(from > 0 ? 1 : 0, -1);
}
