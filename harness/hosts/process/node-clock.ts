/** A node's clock: the machine's, or off from it as the nemesis asks. */
import type { Ailments } from './control.ts';
import { machineTime } from './machine-clock.ts';

/** Of so many readings the one that took least counts: whatever comes between makes one blurred. */
const READINGS = 10;

export class NodeClock {
  skew: Ailments['skew'] = null;

  now(): number {
    const time = machineTime();
    if (this.skew === null) return time;
    const { offset, rate, since } = this.skew;
    return time + offset + (rate - 1) * (time - since);
  }

  /** How far what the node reads is ahead of the machine's clock, ms; to half of what the reading took. */
  error(): number {
    let [error, least] = [0, Infinity];
    for (let reading = 0; reading < READINGS; reading++) {
      const before = machineTime();
      const shown = this.now();
      const after = machineTime();
      if (after - before >= least) continue;
      least = after - before;
      error = shown - (before + after) / 2;
    }
    return error;
  }
}
