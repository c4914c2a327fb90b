/**
 * The failure detector: calls `broken` when nothing was heard for a while. It reads no clock. The while is
 * measured in slices, so that no timer has to be set anew for every word; what comes within a slice counts
 * from that slice's end. A node that was paused finds one slice over, not all of them.
 */
import type { Env, TimerId } from '../contract.ts';

const SLICES = 4;

export class Silence {
  private readonly env: Env;
  private readonly broken: () => void;
  private timer: TimerId | undefined;
  private slice = 0;
  private slicesLeft = 0;

  constructor(env: Env, broken: () => void) {
    this.env = env;
    this.broken = broken;
  }

  /** Listens from now on, and is patient for `patience` ms. */
  listen(patience: number): void {
    this.stop();
    this.slice = patience / SLICES;
    this.slicesLeft = SLICES;
    this.timer = this.env.setTimer(this.slice);
  }

  /** Listens no more. */
  stop(): void {
    if (this.timer !== undefined) this.env.cancelTimer(this.timer);
    this.timer = undefined;
  }

  heard(): void {
    this.slicesLeft = SLICES + 1;
  }

  /** True when the timer was this one's. */
  onTimer(timer: TimerId): boolean {
    if (timer !== this.timer) return false;
    this.timer = undefined;
    if (--this.slicesLeft > 0) this.timer = this.env.setTimer(this.slice);
    else this.broken();
    return true;
  }
}
