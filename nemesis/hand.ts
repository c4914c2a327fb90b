/**
 * Faults that a person starts and heals while a run goes on. They have a lane of their own,
 * `nemesis-hand`, with one fault at a time, so what is done by hand is recorded, observed and undone as any
 * other fault is, and can be told from what the plan asked for.
 */
import type { NemesisEntry } from './entry.ts';

/** The lane's name, in schedules; its process in the history is `nemesis-hand`. */
export const HAND = 'hand';

export interface Hand {
  /** Aims a fault now; `entry`'s timing says nothing. False, and nothing happens, while another is on. */
  start(entry: NemesisEntry): boolean;
  /** Ends the fault that is on or about to be; of none, nothing. */
  heal(): void;
}

export interface ByHand {
  readonly entry: NemesisEntry;
  /** Fires when the fault is to be healed. */
  readonly healed: AbortSignal;
}

/** Hands on what a person asks for, one fault after the other, to the lane that does it. */
export class HandQueue implements Hand {
  #current: (ByHand & { readonly heal: AbortController }) | undefined;
  #arrived: () => void = () => {};

  start(entry: NemesisEntry): boolean {
    if (this.#current !== undefined) return false;
    const heal = new AbortController();
    this.#current = { entry, heal, healed: heal.signal };
    this.#arrived();
    return true;
  }

  heal(): void {
    this.#current?.heal.abort();
  }

  /** The next fault that is asked for; undefined when `signal` fires first. */
  async next(signal: AbortSignal): Promise<ByHand | undefined> {
    if (this.#current === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#arrived = () => {
          signal.removeEventListener('abort', this.#arrived);
          resolve();
        };
        signal.addEventListener('abort', this.#arrived);
      });
    }
    return signal.aborted ? undefined : this.#current;
  }

  /** The fault is over, and another may be asked for. */
  done(): void {
    this.#current = undefined;
  }
}
