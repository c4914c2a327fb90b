/**
 * The seeded bugs: real ways in which such file systems have failed, each a few lines in the code that
 * does the work, off unless a plan names it. Grep for a name to see what it changes.
 */
import { chosenBugs } from '../chosen-bugs.ts';

export const bugs = {
  'ack-before-secondaries': 'the primary answers a mutation as soon as its own disk has it',
  'stale-replica-served':
    'neither master nor chunkservers compare versions: a replica that missed mutations serves',
  'overlapping-leases':
    'the master grants a lease without waiting for the end of one that it could not take back',
  'primary-ignores-expiry': 'a primary goes on when its lease has expired',
  'secondaries-unordered':
    'secondaries apply mutations as they arrive, not in the order of their serial numbers',
  'append-visible-before-commit': 'the primary shows mutations before it knows that all replicas have them',
  'no-append-dedup': 'a record append that is asked for again takes effect again',
  'master-acks-before-log': 'the master answers before its operation log is synced',
  'version-not-persisted':
    'the master does not log version numbers; after a restart any replica passes for up to date',
  'checkpoint-drops-log-tail':
    'a checkpoint empties the operation log, with what was logged while it was written',
  'no-checksum': 'a chunkserver does not verify what it reads from its disk',
  'split-read-wrong-offset': 'the client reads each further chunk of a split read at the offset of the first',
} as const;

export type Bug = keyof typeof bugs;
export type Bugs = ReadonlySet<Bug>;

export function bugsNamed(names: readonly string[]): Bugs {
  return chosenBugs('gfs', bugs, names);
}
