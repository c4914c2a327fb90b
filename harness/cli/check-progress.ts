/** How far a long check is, on a terminal's stderr: a line that is written over, and nothing elsewhere. */
import { printableLine } from './printable.ts';

export interface Progress {
  read(history: string, bytes: number): void;
  /** Before anything else is written. */
  clear(): void;
}

const EVERY_MS = 200;

export function progressOf(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY || process.env['CI']) return { read: () => {}, clear: () => {} };
  let last = performance.now();
  let shown = false;
  return {
    read(history, bytes) {
      if (performance.now() - last < EVERY_MS) return;
      last = performance.now();
      shown = true;
      const text = `${printableLine(history)}: ${(bytes / 2 ** 20).toFixed(0)} MiB read`;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(10, stream.columns - 1))}`);
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
