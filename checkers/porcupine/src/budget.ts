/**
 * Time, memory and cancellation of a check. Whoever works calls `tick`; what is over ends by an
 * exception, which `check.ts` turns into `unknown`.
 */
import type { CheckOptions, UnknownReason } from './result.ts';

const DEFAULT_MEMORY = 2 ** 30;
/** Looking at the clock costs more than a step of a search. */
const TICKS_PER_LOOK = 512;

export class OutOfBudget extends Error {
  readonly kind: UnknownReason['kind'];

  constructor(kind: UnknownReason['kind'], message: string) {
    super(message);
    this.name = 'OutOfBudget';
    this.kind = kind;
  }
}

export class Budget {
  readonly #options: CheckOptions;
  readonly #deadline: number;
  readonly #onLook: (now: number) => void;
  #ticks = 0;
  #left: number;
  #lifted = false;

  /** `ticks`: how many units of work there may be; `onLook` hears of the time each time it is looked at. */
  constructor(
    options: CheckOptions,
    deadline = performance.now() + (options.timeout ?? Infinity),
    ticks = Infinity,
    onLook: (now: number) => void = () => {},
  ) {
    this.#options = options;
    this.#deadline = deadline;
    this.#left = ticks;
    this.#onLook = onLook;
  }

  /** A part of this budget, for something that may fail without harm: so many units of work. */
  part(ticks: number): Budget {
    return new Budget(this.#options, this.#deadline, ticks, this.#onLook);
  }

  /** A part of this budget: a share of the time that is left. */
  share(share: number): Budget {
    const now = performance.now();
    return new Budget(this.#options, now + (this.#deadline - now) * share, Infinity, this.#onLook);
  }

  get isOver(): boolean {
    return performance.now() >= this.#deadline;
  }

  /** One unit of work: a branch, a model step, an operation read. */
  tick(): void {
    if (++this.#ticks < TICKS_PER_LOOK) return;
    this.#ticks = 0;
    this.#left -= TICKS_PER_LOOK;
    this.look();
  }

  /** So many units, of work that takes no time to speak of and is not to be asked about one by one. */
  spend(units: number): void {
    this.#ticks += units;
    if (this.#ticks < TICKS_PER_LOOK) return;
    this.#left -= this.#ticks;
    this.#ticks = 0;
    this.look();
  }

  /** It is over; what is still done is bounded, and only to report. */
  lift(): void {
    this.#lifted = true;
  }

  look(): void {
    if (this.#lifted) return;
    if (this.#options.signal?.aborted) throw new OutOfBudget('aborted', 'the check was aborted');
    const now = performance.now();
    this.#onLook(now);
    if (this.#left < 0 || now > this.#deadline) {
      throw new OutOfBudget('timeout', `no verdict within ${this.#options.timeout} ms`);
    }
  }

  /** `bytes` are held by the search of a partition, or are about to be. */
  hold(bytes: number): void {
    const most = this.#options.memory ?? DEFAULT_MEMORY;
    if (bytes > most) {
      throw new OutOfBudget('memory', `the search needs more than ${Math.round(most / 2 ** 20)} MiB`);
    }
  }
}
