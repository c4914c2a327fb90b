/**
 * The commit rule: of all attempts at a task, the first that is completed counts, and no other (§3.3). A
 * straggler that wakes up, the loser of a backup's race, a report that is sent again because its answer was
 * lost: all of these find the task done, and are told no more than that it is over.
 */
import type { Bugs } from './bugs.ts';
import type { JobState } from './job-state.ts';
import type { Mapped, TaskName } from './messages.ts';

/** The task is one of the job's. */
export function isTaskOf({ spec }: JobState, { phase, task }: TaskName): boolean {
  return task < (phase === 'map' ? spec.splits : spec.reducers);
}

export function mapCounts(job: JobState, { task, buckets }: Mapped, bugs: Bugs): boolean {
  if (buckets.length !== job.spec.reducers || job.isOver) return false;
  return job.mapOf(task.task) === undefined || bugs.has('duplicate-completion-counted');
}

export function commitCounts(job: JobState, attempt: number, { task }: TaskName, bugs: Bugs): boolean {
  if (job.failure !== undefined) return false;
  const published = job.partOf(task);
  return published === undefined || (published.attempt !== attempt && bugs.has('late-commit-accepted'));
}
