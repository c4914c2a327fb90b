/** The interesting states that a node marks when it reaches one (`Env.reached`). Nothing else can be marked. */
import type { Env } from '../contract.ts';

export const marks = {
  'job-accepted': 'a job was written down by the coordinator',
  'job-known': 'a job was asked for that is known already',
  'job-done': 'the last partition of a job was published',
  'job-failed': 'a map or reduce function threw, and its job ended with that',
  recovered: 'a coordinator started with what an earlier run of it had on disk',
  'recovered-unfinished': 'and with a job that was not done',
  'torn-tail': 'a torn end of the coordinator’s log was cut off on start',
  checkpoint: 'the coordinator wrote a checkpoint and began a new log',

  'map-done': 'a map was completed',
  'map-reported-again': 'a map was reported as completed that already was',
  'map-lost': 'a completed map is to be run again, as its output can’t be had',
  'output-gone': 'a worker was asked for an intermediate file that it no longer has',
  'output-damaged': 'an intermediate file was read whose length or checksum is not what its map reported',
  'fetch-timed-out': 'a reduce task gave up as a worker did not answer',
  'reduce-done': 'a partition was published',

  backup: 'a task that runs for long was given to a second worker',
  'backup-lost-race': 'an attempt was ended since another one had completed its task',
  'late-commit': 'an attempt came to commit its output after another one had',
  'worker-dead': 'nothing was heard of a worker for too long',
  'worker-restarted': 'a worker came back as a new process',
  'attempt-adopted': 'a restarted coordinator heard of a task that still runs, and let it go on',
  'files-forgotten': 'a worker removed the intermediate files of a job that is over',
} as const;

export type Mark = keyof typeof marks;

/** What a node of this system runs in: it marks nothing that isn't in the table. */
export interface MarkingEnv extends Env {
  reached(mark: Mark): void;
}
