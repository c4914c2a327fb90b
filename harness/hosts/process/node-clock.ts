/** A node's clock: the machine's, or off from it as the nemesis asks. */
import type { Ailments } from './control.ts';
import { machineTime } from './machine-clock.ts';

/** A reading that took longer than this, ms, is tried again; so often at most. */
const SHARP = 0.05;
const ATTEMPTS = 10;

export class NodeClock {
  skew: Ailments['skew'] = null;

  now(): number {
    const time = machineTime();
    if (this.skew === null) return time;
    const { offset, rate, since } = this.skew;
    return time + offset + (rate - 1) * (time - since);
  }

  /** How far what the node reads is ahead of the machine's clock, ms. */
  error(): number {
    for (let attempt = 1; ; attempt++) {
      const before = machineTime();
      const shown = this.now();
      const after = machineTime();
      if (after - before <= SHARP || attempt === ATTEMPTS) return shown - (before + after) / 2;
    }
  }
}
