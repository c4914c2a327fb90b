/**
 * Which worker does what: none of it is written down, all of it can be found out again.
 *
 * Time is counted in ticks of a timer, not read from a clock: a clock that jumps must not make every worker
 * look dead, and a coordinator that was paused must not blame the workers for it.
 */
import type { NodeId } from '../contract.ts';
import type { JobState } from './job-state.ts';
import type { Assign, TaskName } from './messages.ts';

export interface Attempt {
  readonly number: number;
  readonly worker: NodeId;
  readonly task: TaskName;
  /** What the worker was told, to tell it the same again; undefined of an attempt that was found running. */
  readonly told: Assign | undefined;
  /** Ticks since it was given out. */
  age: number;
}

export interface Next {
  readonly job: JobState;
  readonly task: TaskName;
  readonly backup: boolean;
}

interface Worker {
  readonly id: NodeId;
  /** Of its process; undefined until it was heard of. */
  life: number | undefined;
  alive: boolean;
  /** Ticks since it was heard of. */
  silent: number;
  attempt: Attempt | undefined;
}

export class Scheduler {
  private readonly workers: ReadonlyMap<NodeId, Worker>;
  /** Ticks until a worker is dead, and until a task gets a backup. */
  private readonly deadAfter: number;
  private readonly backupAfter: number;

  constructor(workers: readonly NodeId[], deadAfter: number, backupAfter: number) {
    this.workers = new Map(
      workers.map((id) => [id, { id, life: undefined, alive: false, silent: 0, attempt: undefined }]),
    );
    this.deadAfter = deadAfter;
    this.backupAfter = backupAfter;
  }

  /** Workers that live and have nothing to do. */
  get free(): readonly NodeId[] {
    return [...this.workers.values()].flatMap(({ id, alive, attempt }) => (alive && !attempt ? [id] : []));
  }

  get running(): readonly Attempt[] {
    return [...this.workers.values()].flatMap(({ attempt }) => attempt ?? []);
  }

  attemptOf(worker: NodeId): Attempt | undefined {
    return this.workers.get(worker)?.attempt;
  }

  /** A worker is heard of; true when it is not the process that it was. What that one did is over. */
  heard(id: NodeId, life: number): boolean {
    const worker = this.workers.get(id);
    if (worker === undefined) return false;
    const isAnother = worker.life !== undefined && worker.life !== life;
    if (isAnother) worker.attempt = undefined;
    worker.life = life;
    worker.alive = true;
    worker.silent = 0;
    return isAnother;
  }

  /** Time goes on; workers that are dead from now on. */
  tick(): readonly NodeId[] {
    const dead: NodeId[] = [];
    for (const worker of this.workers.values()) {
      if (worker.attempt !== undefined) worker.attempt.age++;
      if (!worker.alive || ++worker.silent < this.deadAfter) continue;
      worker.alive = false;
      worker.attempt = undefined;
      dead.push(worker.id);
    }
    return dead;
  }

  start(id: NodeId, number: number, task: TaskName, told?: Assign): void {
    const worker = this.workers.get(id);
    if (worker !== undefined) worker.attempt = { number, worker: id, task, told, age: 0 };
  }

  end(number: number): void {
    for (const worker of this.workers.values()) {
      if (worker.attempt?.number === number) worker.attempt = undefined;
    }
  }

  /**
   * What a free worker should do. Maps before reduces, jobs in their order; when nothing is left that nobody
   * does, a backup of what has been done for long (§3.6).
   */
  next(worker: NodeId, jobs: readonly JobState[]): Next | undefined {
    const running = this.running;
    const attempts = (name: TaskName): readonly Attempt[] => running.filter(({ task }) => isSame(task, name));
    for (const job of jobs) {
      const task = tasksOf(job).find((name) => attempts(name).length === 0);
      if (task !== undefined) return { job, task, backup: false };
    }
    for (const job of jobs) {
      for (const task of tasksOf(job)) {
        const [only, another] = attempts(task);
        if (only === undefined || another !== undefined || only.worker === worker) continue;
        if (only.age >= this.backupAfter) return { job, task, backup: true };
      }
    }
    return undefined;
  }
}

/** What is to be done now, in order. */
function tasksOf(job: JobState): readonly TaskName[] {
  const { number, spec } = job;
  const left = (phase: TaskName['phase'], count: number): TaskName[] => {
    const names: TaskName[] = [];
    for (let task = 0; task < count; task++) {
      if (!job.isDone(phase, task)) names.push({ job: number, phase, task });
    }
    return names;
  };
  const maps = left('map', spec.splits);
  return job.isMapped && job.mayReduce ? [...maps, ...left('reduce', spec.reducers)] : maps;
}

export function isSame(one: TaskName, other: TaskName): boolean {
  return one.job === other.job && one.phase === other.phase && one.task === other.task;
}
