/**
 * A history to be looked into: its rows by number, at once, and what is known of all of it. Our own format
 * is read where it is looked at (`line-history.ts`); what is compressed, or in the format of others, is read
 * whole (`loaded-history.ts`).
 */
import type { FormatName } from '../../history/reader.ts';
import type { Activity } from './activity.ts';
import type { Faults } from './windows.ts';
import type { Row } from './rows.ts';

export interface Counts {
  /** Operations of clients that were invoked, and how they ended so far. */
  invoke: number;
  ok: number;
  fail: number;
  info: number;
}

export interface HistorySource {
  readonly file: string;
  readonly format: FormatName;
  /** Its lines are its ops, as they are in the file. */
  readonly isPlainText: boolean;
  /** How many rows are known by now. */
  readonly length: number;
  /** How much of the file was gone through, 0 to 1. */
  readonly progress: number;
  /** Nothing more will come, as all was gone through, or as it failed. */
  readonly isComplete: boolean;
  /** What ended it early: no history any more, or not readable. */
  readonly problem: string | undefined;
  readonly counts: Readonly<Counts>;
  /** The faults that were recorded so far. */
  readonly faults: Faults;
  readonly activity: Activity;
  /** ns of the last row. */
  readonly lastTime: number;
  /** Those from `from` on that are known, as many as `count`. */
  rows(from: number, count: number): readonly Row[];
  /** The first row at `time` (ns) or later; `length` where there is none (yet). */
  rowAt(time: number): number;
  /** The row of an op's index; undefined where there is none (yet). */
  rowOf(index: number): number | undefined;
  /** Goes through all rows in order, giving way to whatever else is to be done; `stop` ends it. */
  scan(visit: (row: Row, at: number) => 'stop' | undefined, from?: number): Promise<void>;
  /** Goes through the file once, if it was not; calls `onChange` as it gets on. Never throws. */
  load(onChange: () => void): Promise<void>;
  close(): void;
}
