/**
 * The interesting states that a node marks when it reaches one (`Env.reached`): what a run can be asked to
 * have shown, and what faults can wait for. Nothing else can be marked.
 */
import type { Env } from '../contract.ts';

export const marks = {
  recovered: 'a node started with what an earlier run of it had on disk',
  'torn-tail': 'a torn end of the log was cut off on start',

  'pre-vote': 'a node asked whether it could win an election',
  'pre-vote-lost': 'it could not, and its term stayed what it was',
  candidate: 'a node stood for election',
  'candidate-ignored': 'a candidate was not listened to, since a leader had been heard of just before',
  'two-candidates': 'a candidate was asked for its vote by another one of the same term',
  'split-vote': 'a candidacy ran out of time, though others had voted in its term',
  voted: 'a node granted its vote, durably',
  leader: 'a node won an election',
  'stepped-down': 'a leader gave up leading',
  'stepped-down-quorum': 'it did so since it heard of no majority',
  'old-leader-rebuffed': 'a leader of an earlier term was told that there is a later one',

  'no-op-committed': 'the first entry of a new leader’s term was committed',
  'earlier-terms-committed': 'and with it entries of earlier terms that were not known to be till then',
  'figure-8': 'an entry of an earlier term was on a majority and, for that alone, not committed',
  'truncated-suffix': 'a follower deleted entries that conflicted with the leader’s',
  'fast-backup': 'a leader stepped back by more than one entry at once to where logs agree',
  'window-full': 'a leader had as many unanswered appends under way to one follower as it may',
  'group-commit': 'several commands went into the log together',

  'snapshot-taken': 'a node’s own snapshot became durable',
  'snapshot-sent': 'a leader began to send one to a follower that its log no longer reaches',
  'snapshot-installed': 'a follower went on from a leader’s snapshot',

  'read-index': 'a round of leadership confirmation was begun for reads',
  'lease-read': 'a read was answered on the leader’s lease',
  'promise-kept': 'a follower heard of a later term while it still owed an earlier leader not to vote',

  'dedup-hit': 'a command came that had taken effect before',
  'session-evicted': 'a session unused for long made room for a new one',
  overloaded: 'a request was refused since too many were waiting',
  'fate-unknown': 'a leader stepped down with commands in its log that were not committed',
} as const;

export type Mark = keyof typeof marks;

/** What a node of this system runs in: it marks nothing that isn't in the table. */
export interface MarkingEnv extends Env {
  reached(mark: Mark): void;
}
