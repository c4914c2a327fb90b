/**
 * The seeded bugs: real ways in which implementations of Raft have failed, each a few lines in the code
 * that does the work, off unless a plan names it. Grep for a name to see what it changes.
 */
import { chosenBugs } from '../chosen-bugs.ts';

export const bugs = {
  'stale-read': 'the leader answers reads without confirming that it still leads',
  'lease-without-clock-bound':
    'the leader’s lease has no end of its own but lasts until checkQuorum deposes it, longer than followers wait',
  'follower-read': 'any node answers reads from its own state',
  'ack-before-commit': 'the leader answers writes as soon as they are in its own log',
  'commit-by-count': "entries of earlier terms are committed by counting copies (the Raft paper's Figure 8)",
  'vote-not-persisted': 'term and vote are not written; a restarted node takes its term from its log',
  'log-not-fsynced': 'log entries are acknowledged without a sync',
  'vote-ignores-log': 'a vote is granted without comparing logs',
  'minority-quorum': 'half the nodes, rounded down, pass for a majority',
  'no-prev-check': 'a follower takes entries without checking the one before them; gaps read as no-ops',
  'keep-conflicting-suffix':
    'a follower keeps its own entries where they conflict, and acknowledges the leader’s',
  'no-dedup': 'a retried request takes effect again',
  'snapshot-loses-dedup': 'a snapshot keeps the sessions but not what they have already done',
  'snapshot-loses-tail':
    'a snapshot is labelled with the commit index, though its state was applied less far',
  'apply-twice-on-restart':
    'a restarted node replays its whole log on a snapshot that already holds part of it',
  'two-leaders-one-term': 'a voter forgets whom it voted for and grants several votes in one term',
} as const;

export type Bug = keyof typeof bugs;
export type Bugs = ReadonlySet<Bug>;

export function bugsNamed(names: readonly string[]): Bugs {
  return chosenBugs('raft-kv', bugs, names);
}
