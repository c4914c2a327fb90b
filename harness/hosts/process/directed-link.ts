/** One directed link of the fabric: how it is broken or shaped now, what it carried, and what is on it. */
import type { CutMode, Endpoint, Shape } from '../../../nemesis/host.ts';

/** What lies on a link and follows its changes: one direction of a connection. */
interface Follower {
  modeChanged(): void;
  /** Nothing that waits is due after `latest`. */
  hasten(latest: number): void;
}

export class DirectedLink {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** One for each connection between the two ends, whoever dialled it. */
  readonly pipes = new Set<Follower>();
  mode: 'open' | CutMode = 'open';
  shape: Shape | null = null;
  offered = 0;
  delivered = 0;
  readonly #random: () => number;
  /** When the last message given to this link is due; later ones are not due before it. */
  #lastDue = 0;

  constructor(from: Endpoint, to: Endpoint, random: () => number) {
    this.from = from;
    this.to = to;
    this.#random = random;
  }

  /** When a message that is given to the link now is due at its far end. */
  due(now: number): number {
    if (this.shape !== null) {
      this.#lastDue = Math.max(this.#lastDue, now + this.shape.delay + this.#random() * this.shape.jitter);
    }
    return Math.max(this.#lastDue, now);
  }

  setMode(mode: 'open' | CutMode): void {
    this.mode = mode;
    for (const pipe of [...this.pipes]) pipe.modeChanged();
  }

  /** What already waits is due no later than a message would be that is sent now at the new shape's slowest. */
  setShape(shape: Shape | null): void {
    this.shape = shape;
    const latest = performance.now() + (shape === null ? 0 : shape.delay + shape.jitter);
    this.#lastDue = Math.min(this.#lastDue, latest);
    for (const pipe of this.pipes) pipe.hasten(latest);
  }
}
