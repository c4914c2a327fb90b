/**
 * The time that an experiment lives by: the machine's, or a simulation's. Clients, nemesis and runner
 * read no other clock and set no other timer, so the same experiment runs on every host.
 */
import type { Clock } from '../../nemesis/clock.ts';

export interface Timeline extends Clock {
  /** In virtual time nothing is slow but what is simulated: not the machine, not the harness. */
  readonly isVirtual: boolean;
  /** Calls `fire` once, `ms` from now or later; the result takes it back. */
  after(ms: number, fire: () => void): () => void;
  /** Calls `fire` as soon as everything else that is due had its turn; the result takes it back. */
  soon(fire: () => void): () => void;
  /**
   * To be called where a promise is settled that somebody else awaits. A simulation lets no time pass
   * before whoever awaits has had a turn.
   */
  settled(): void;
}
