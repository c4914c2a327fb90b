/**
 * The seeded bugs: real ways in which systems of this kind have failed, each a few lines in the code that
 * does the work, off unless a plan names it. Grep for a name to see what it changes.
 */
import { chosenBugs } from '../chosen-bugs.ts';

export const bugs = {
  'late-commit-accepted':
    'a straggler that commits after another attempt of its reduce task is published a second time',
  'non-atomic-output':
    'reduce tasks write straight into the output file, which every attempt of the task shares',
  'lost-map-output-not-rerun':
    'a map output that its worker no longer has passes for one without pairs; the map is not run again',
  'duplicate-completion-counted':
    'a map that is reported as completed twice is counted twice, and reduces begin too early',
  'unstable-partitioner': 'the hash that partitions keys is salted anew by every worker process',
  'partial-file-read': 'a reduce task takes what it could read of an intermediate file for all of it',
} as const;

export type Bug = keyof typeof bugs;
export type Bugs = ReadonlySet<Bug>;

export function bugsNamed(names: readonly string[]): Bugs {
  return chosenBugs('mapreduce', bugs, names);
}
