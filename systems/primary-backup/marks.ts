/**
 * The interesting states that a node marks when it reaches one (`Env.reached`): what a run can be asked to
 * have shown, and what faults can wait for. Nothing else can be marked.
 */
import type { Env } from '../contract.ts';

export const marks = {
  recovered: 'a replica started with what an earlier run of it had on disk',
  'torn-tail': 'a torn end of the log was cut off on start',
  'arbiter-recovered': 'the arbiter started with the record that it had on disk',

  'asked-arbiter': 'a replica that heard of nobody asked the arbiter whether it may go on alone',
  'primary-won': 'the arbiter let a primary go on alone, or the very first one begin',
  'backup-won': 'the arbiter let a backup go live in its primary’s place',
  'test-and-set-lost': 'the arbiter refused, since it was another one’s turn',
  'both-asked': 'a primary asked to go on alone, and its backup had been quicker',
  'went-live': 'a replica began to serve',
  'took-over': 'it had been the backup until then',
  'resumed-alone': 'it was the primary itself, restarted or left by its backup',
  superseded: 'a primary heard that a later epoch has begun without it',
  'fate-unknown': 'a primary ended with inputs whose outputs it never let go',

  'transfer-begun': 'a primary began to send its state to a new backup',
  'state-installed': 'a new backup has the whole state on its disk',
  'flag-armed': 'the arbiter knows the new backup, which may take over from now on',
  'armed-backup': 'a primary was told so',
  'follower-dropped': 'a new backup was not heard of any more before it was in sync',
  'already-there': 'a new backup had all that it was sent, from before',
  'early-batch': 'a backup got entries before those that they follow',
  'batch-repeated': 'a primary sent again what had not come in',
  throttled: 'a primary took in no more for a while, as its backup was too far behind',
  'output-held': 'an output waited for the backup',

  'snapshot-taken': 'a replica’s own snapshot became durable',
  'dedup-hit': 'a command came that had been executed before',
  'session-evicted': 'a session unused for long made room for a new one',
  overloaded: 'a request was refused since too many were waiting',
} as const;

export type Mark = keyof typeof marks;

/** What a node of this system runs in: it marks nothing that isn't in the table. */
export interface MarkingEnv extends Env {
  reached(mark: Mark): void;
}
