/** How far a long check is, on a terminal's stderr: a line that is written over, and nothing elsewhere. */
import { printableLine } from './printable.ts';

export interface Progress {
  read(history: string, bytes: number): void;
  /** How many keys have their verdict. */
  checked(history: string, decided: number, keys: number): void;
  /** Before anything else is written. */
  clear(): void;
}

const EVERY_MS = 200;

export function progressOf(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY || process.env['CI']) return { read: () => {}, checked: () => {}, clear: () => {} };
  const start = performance.now();
  let last = start;
  let shown = false;
  let again: NodeJS.Timeout | undefined;
  const show = (text: string): void => {
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    shown = true;
    stream.write(`\r\u001b[K${text.slice(0, Math.max(10, stream.columns - 1))}`);
  };
  return {
    read: (history, bytes) => show(`${printableLine(history)}: ${(bytes / 2 ** 20).toFixed(0)} MiB read`),
    checked(history, decided, keys) {
      const tell = (): void => {
        const seconds = ((performance.now() - start) / 1000).toFixed(0);
        show(`${printableLine(history)}: ${decided} of ${keys} keys decided, ${seconds} s`);
      };
      tell();
      // While threads search the hardest keys nothing else is heard for long.
      clearInterval(again);
      again = setInterval(tell, 1000).unref();
    },
    clear() {
      clearInterval(again);
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
