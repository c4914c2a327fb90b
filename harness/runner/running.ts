/** What the two kinds of a run's running half have in common: what they are given, and what they come to. */
import type { RecordedFault } from '../../nemesis/index.ts';
import type { Plan } from '../plan/index.ts';
import type { RunFolder } from '../store/run-folder.ts';
import type { RunEvent } from './events.ts';
import type { Live } from './live.ts';
import type { SeenViolation } from './watch-protocol.ts';

export interface RunOptions {
  /** Where run folders go. */
  readonly out: string;
  /** Ends the run early: it is cleaned up, and its verdict is `unknown`. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Faults as they were recorded in another run, instead of the plan's. */
  readonly schedule?: readonly RecordedFault[];
  /** Also writes every event and every draw of a simulation to the folder. */
  readonly trace?: boolean;
  /** For somebody who looks on: more events, and a handle on the run. Not in a simulation, which is over too soon. */
  readonly live?: Live;
  /** Commands that show the run again, given its folder. */
  readonly reproduce: (folder: string) => readonly string[];
}

/** What the running half of a run comes to, beside what it recorded. */
export interface Ending {
  /** By the user. */
  readonly interrupted: boolean;
  /** The violation that was seen while the run went on. */
  readonly seen: SeenViolation | undefined;
}

/** The running half on one kind of host. */
export type Running = (plan: Plan, folder: RunFolder, options: RunOptions) => Promise<Ending>;
