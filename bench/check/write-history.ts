/** Histories as files: one op a line, as the harness records them, written in large pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Op } from '../../harness/history/op.ts';

const PIECE_OPS = 10_000;

export function writeHistory(file: string, history: Iterable<Op>): void {
  const fd = openSync(file, 'w');
  try {
    let piece: string[] = [];
    const flush = (): void => {
      if (piece.length > 0) writeSync(fd, `${piece.join('\n')}\n`);
      piece = [];
    };
    for (const op of history) {
      if (piece.push(JSON.stringify(op)) === PIECE_OPS) flush();
    }
    flush();
  } finally {
    closeSync(fd);
  }
}
