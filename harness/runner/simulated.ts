/** What is left of a simulated run that was kept in memory. */
import type { RecordedFault } from '../../nemesis/index.ts';
import type { Op } from '../history/op.ts';
import type { RunVerdict } from '../store/verdict.ts';

export interface Simulated extends Pick<RunVerdict, 'verdict' | 'ops' | 'checks'> {
  readonly history: readonly Op[];
  /** Every fault as it happened. */
  readonly schedule: readonly RecordedFault[];
  /** How often each mark was reached, by any node. */
  readonly marks: { readonly [mark: string]: number };
  /** ms of virtual time, and how many events happened in it. */
  readonly virtual: number;
  readonly events: number;
}
