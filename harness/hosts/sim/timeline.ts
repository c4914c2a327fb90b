/**
 * Virtual time, for those who wait by promises and timers. Nothing in a simulation is decided by the order
 * in which promises settle: each sleeper is woken by an event of its own, and the simulation stands still
 * until everything that was woken has come to rest (`drive.ts`).
 */
import type { Timeline } from '../../runner/timeline.ts';
import { cancel, type EventQueue } from './event-queue.ts';

export class VirtualTimeline implements Timeline {
  readonly isVirtual = true;
  readonly #queue: EventQueue;
  #isSettled = true;

  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  now(): number {
    return this.#queue.now;
  }

  after(ms: number, fire: () => void): () => void {
    const event = this.#queue.after(Math.max(0, ms), 'runner timer', fire);
    return () => cancel(event);
  }

  soon(fire: () => void): () => void {
    return this.after(0, fire);
  }

  sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= this.now()) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        this.settled();
        resolve();
      };
      const sleeping = this.#queue.at(ms, 'sleeper wakes', wake);
      const abort = (): void => {
        cancel(sleeping);
        this.#queue.after(0, 'sleeper is woken', wake);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  settled(): void {
    this.#isSettled = true;
  }

  /** Whether a promise was settled since this was last asked. */
  takeSettled(): boolean {
    const is = this.#isSettled;
    this.#isSettled = false;
    return is;
  }
}
