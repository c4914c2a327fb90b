/** The machine's own time, from now on. */
import type { Timeline } from './timeline.ts';

export class RealTime implements Timeline {
  readonly isVirtual = false;
  readonly #start = performance.now();

  now(): number {
    return performance.now() - this.#start;
  }

  after(ms: number, fire: () => void): () => void {
    const timer = setTimeout(fire, Math.max(0, ms));
    return () => clearTimeout(timer);
  }

  soon(fire: () => void): () => void {
    const turn = setImmediate(fire);
    return () => clearImmediate(turn);
  }

  sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, ms - this.now()));
      signal.addEventListener('abort', wake);
    });
  }

  settled(): void {
    // Time passes by itself.
  }
}
