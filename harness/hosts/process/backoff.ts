/**
 * When to dial again. The first dial after a connection that lasted is immediate; each one that soon
 * fails doubles the pause. Behind a link fabric a dial always seems to succeed at first, so success is
 * a connection that held for `LASTED` ms.
 */
const FIRST = 5;
const LONGEST = 100;
const LASTED = 200;

export class Backoff {
  #pause = 0;
  #connectedAt: number | undefined;
  #notBefore = 0;
  #waiting: NodeJS.Timeout | undefined;

  /** Calls `dial` now or when the pause is over; one attempt at a time. */
  attempt(dial: () => void): void {
    if (this.#waiting !== undefined) return;
    const left = this.#notBefore - performance.now();
    if (left <= 0) {
      dial();
      return;
    }
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      dial();
    }, left);
  }

  connected(): void {
    this.#connectedAt = performance.now();
  }

  /** The connection, or the attempt, is over. */
  lost(): void {
    const now = performance.now();
    const lasted = this.#connectedAt !== undefined && now - this.#connectedAt >= LASTED;
    this.#connectedAt = undefined;
    this.#pause = lasted ? 0 : Math.min(LONGEST, Math.max(FIRST, this.#pause * 2));
    this.#notBefore = now + this.#pause;
  }

  cancel(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }
}
