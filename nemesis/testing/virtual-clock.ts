/** A clock for tests that jumps to the next sleeper's time whenever everybody waits. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= this.#now) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake);
    });
  }

  sleep(ms: number): Promise<void> {
    return this.sleepUntil(this.#now + ms, new AbortController().signal);
  }

  /** How many sleep now: none is left when a run is over. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** Lets time pass until `work` has ended. */
  async run<T>(work: Promise<T>): Promise<T> {
    const end = { reached: false };
    const done = (): void => void (end.reached = true);
    work.then(done, done);
    for (;;) {
      await setImmediate();
      if (end.reached) return work;
      const first = [...this.#sleepers].reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.at < first.at ? sleeper : first),
        undefined,
      );
      if (first === undefined) throw new Error('everybody waits, and nobody for the clock');
      this.#now = first.at;
      first.wake();
    }
  }
}
