/**
 * The interesting states that a node marks when it reaches one (`Env.reached`): what a run can be asked to
 * have shown, and what faults can wait for. Nothing else can be marked.
 */
import type { Env } from '../contract.ts';

export const marks = {
  recovered: 'a node started with what an earlier run of it had on disk',
  'torn-tail': 'a torn end of a file was cut off on start',

  checkpoint: 'the master’s checkpoint became durable',
  'version-raised': 'the master began to raise a chunk’s version',
  'raise-narrowed': 'a replica did not confirm a version, so the next one goes without it',
  'lease-granted': 'the master granted a lease',
  'lease-taken-over': 'a lease went to another chunkserver than the one before',
  'lease-waited-out': 'the master had to wait for the end of a lease',
  'lease-given-back': 'a primary gave its lease up since it was asked to',
  'lease-adopted': 'a master that had restarted learned of a lease from its holder',
  're-replicated': 'a chunk got another replica',
  'replica-dropped': 'a primary had a replica removed that owed it too much',
  'garbage-collected': 'a chunkserver removed a replica that nobody needs',
  'file-purged': 'a deleted file’s chunks were given up',
  'snapshot-taken': 'a file was snapshotted',
  'copy-on-write': 'a chunk that a snapshot shares was copied before it was written',

  primary: 'a chunkserver became the primary of a chunk, in line with its secondaries',
  'tail-taken-over': 'a new primary found mutations that it did not know to be committed',
  'lease-expired': 'a primary refused since its lease had expired',
  'stale-refused': 'a request for an earlier version was refused',
  'late-refused': 'an attempt arrived after a later one of the same client',
  'dedup-hit': 'a mutation came that had taken effect before',
  'chunk-padded': 'a record did not fit, and the chunk was padded',
  'data-lacking': 'a secondary was told to apply data that it had not, or no longer',
  'data-evicted': 'pushed data made room for newer',
  'gap-refused': 'a mutation came before one with a lower serial number',
  'learner-installed': 'a new replica got the content of its chunk',
  'damage-found': 'a replica did not match its checksums',
  compacted: 'a chunk’s file was rewritten',
  overloaded: 'a mutation was refused since too many were under way',
} as const;

export type Mark = keyof typeof marks;

/** What a node of this system runs in: it marks nothing that isn't in the table. */
export interface MarkingEnv extends Env {
  reached(mark: Mark): void;
}
