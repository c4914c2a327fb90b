/**
 * What somebody who looks on while a run goes on can ask of it. What comes of it is told by the run's
 * events and recorded in its history, so that whoever judges knows of it.
 */
import type { NemesisEntry } from '../../nemesis/entry.ts';
import type { SeenViolation } from './watch-protocol.ts';

export interface RunHandle {
  /** No operation is invoked until it is resumed; faults come as planned, and the plan's time goes on. */
  pauseWorkload(): void;
  resumeWorkload(): void;
  /** A fault by hand, aimed now; on until it is healed or the run is over. False while another is on. */
  startFault(entry: NemesisEntry): boolean;
  healFault(): void;
  /** Ends the run before its time and in order: healed, with final reads, and judged by what ran. */
  end(): void;
}

export interface Live {
  /** The experiment has begun, and can be asked. */
  readonly onHandle: (handle: RunHandle) => void;
  /**
   * Asked at a violation for which the plan ends the run: it ends when this resolves with true, and goes on
   * for good with false. At once where absent.
   */
  readonly mayEnd?: (violation: SeenViolation) => Promise<boolean>;
}
