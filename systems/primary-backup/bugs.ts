/**
 * The seeded bugs: real ways in which primary/backup replication has failed, each a few lines in the code
 * that does the work, off unless a plan names it. Grep for a name to see what it changes.
 */
import { chosenBugs } from '../chosen-bugs.ts';

export const bugs = {
  'no-output-rule': 'the primary answers clients without waiting for the backup to acknowledge',
  'no-test-and-set': 'a backup goes live on a timeout alone, without asking the arbiter',
  'loser-keeps-serving': 'a primary that lost the test-and-set goes on serving, alone',
  'non-atomic-test-and-set':
    'the arbiter tests the record while an earlier answer’s write is still under way: both sides win',
  'arbiter-forgets': 'who went live is kept in the arbiter’s memory only, and gone with a restart',
  'nondeterminism-not-logged':
    'what the primary drew, or read from its clock, is not in the log; each replica draws and reads its own',
  'replay-out-of-order': 'a backup executes what arrives early at once, before what it is to follow',
  'state-transfer-loses-tail':
    'a state is labelled with the end of the log when it has been sent, not when it was taken',
  'rearm-too-early': 'a new backup may take over as soon as the state is there, the log since then not yet',
  'old-primary-resumes': 'a primary that was restarted goes on serving where it left off, without asking',
  'no-dedup-after-failover': 'who takes over knows the sessions, but not what they have already done',
} as const;

export type Bug = keyof typeof bugs;
export type Bugs = ReadonlySet<Bug>;

export function bugsNamed(names: readonly string[]): Bugs {
  return chosenBugs('primary-backup', bugs, names);
}
