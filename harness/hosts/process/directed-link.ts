/** One directed link of the fabric: how it is broken or shaped now, what it carried, and what is on it. */
import { CLIENTS, type CutMode, type Endpoint, type Shape } from '../../../nemesis/host.ts';

/** What lies on a link and follows its changes: one direction of a connection. */
interface Follower {
  modeChanged(): void;
  /** Nothing that waits is due after `latest`. */
  hasten(latest: number): void;
}

/** How long a message is held back so that later ones overtake it, ms. */
const HELD_BACK = { min: 10, max: 100 } as const;

/** What chance makes of one message: its copies, none when it is lost, each with the time when it is due. */
export interface Copy {
  readonly due: number;
  /** Later messages may go before it. */
  readonly heldBack: boolean;
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
  /** Messages that were lost, duplicated or held back. */
  mangled = 0;
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

  /** When a whole message that is given to the link now is due; empty when it is lost. */
  copies(now: number): readonly Copy[] {
    const { loss = 0, duplicate = 0, reorder = 0 } = this.shape ?? {};
    const [lost, twice, late] = [
      this.#happens(loss),
      // A request of a client arrives once at most.
      this.from !== CLIENTS && this.#happens(duplicate),
      this.#happens(reorder),
    ];
    if (lost || twice || late) this.mangled++;
    if (lost) return [];
    const due = this.due(now);
    const { min, max } = HELD_BACK;
    const copy = late
      ? { due: due + min + this.#random() * (max - min), heldBack: true }
      : { due, heldBack: false };
    return twice ? [copy, copy] : [copy];
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#random() < probability;
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
