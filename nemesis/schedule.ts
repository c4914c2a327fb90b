/**
 * When the fault of an entry is on. Pure: a timing, the run's length and a random stream in, times out.
 * The times of a mark can't be known before; those of the others can.
 */
import type { Timing } from './entry.ts';
import { lengthOf, type Random } from './random.ts';

/** From `at` to `until`, ms since the start of the run; `until` is at most the run's length. */
export interface Slot {
  readonly at: number;
  readonly until: number;
}

/**
 * The times of one lane, in order, never overlapping: a fault that would last beyond the next start
 * delays that. One that would outlast the run is not started, so that none is shorter than asked for;
 * unless it is the lane's first, which is cut short, so that a short run has its fault too.
 *
 * Lazy: a run may be long and an interval short.
 */
export function* slots(
  timing: Exclude<Timing, { kind: 'mark' }>,
  time: number,
  random: Random,
): Generator<Slot, void> {
  if (timing.kind === 'always') {
    yield { at: 0, until: time };
    return;
  }
  let at = timing.after ?? lengthOf(timing.every, random);
  for (let first = true; at < time; first = false) {
    const until = at + lengthOf(timing.for, random);
    if (until > time) {
      if (first) yield { at, until: time };
      return;
    }
    yield { at, until };
    // At least a millisecond on, whatever the plan says, so that this comes to an end.
    at = Math.max(until, at + Math.max(1, lengthOf(timing.every, random)));
  }
}
