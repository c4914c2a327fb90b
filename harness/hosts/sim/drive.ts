/** Lets a simulation's time pass for as long as some work, which waits by its timeline, takes. */
import { setImmediate } from 'node:timers/promises';
import type { EventQueue } from './event-queue.ts';
import type { VirtualTimeline } from './timeline.ts';

/** After so many events the real event loop gets a turn, so that a signal or a message gets in. */
const BURST = 50_000;

/**
 * Resolves or rejects as `work` does. Throws when nobody waits for the time any more, and when virtual
 * time has passed `limit` ms: then somebody waits for what never comes.
 */
export async function drive<T>(
  queue: EventQueue,
  timeline: VirtualTimeline,
  limit: number,
  work: Promise<T>,
): Promise<T> {
  const end = { reached: false };
  const done = (): void => void (end.reached = true);
  work.then(done, done);
  for (;;) {
    // A turn of the loop comes after every promise that can settle has settled.
    await setImmediate();
    if (end.reached) return work;
    for (let burst = BURST; burst > 0; burst--) {
      if (!queue.step(limit)) {
        throw new Error(`the simulation came to no end within ${limit / 1000} s of virtual time`);
      }
      if (timeline.takeSettled()) break;
    }
  }
}
