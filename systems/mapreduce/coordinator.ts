/**
 * The coordinator (the paper's master): takes jobs, hands out their tasks, and says what counts. What it
 * promises is in the ledger before it says so; which worker does what it learns anew after a restart.
 */
import type { DiskCompletion, Json, Node, NodeId, NodeStatus, RequestId, TimerId } from '../contract.ts';
import { CorruptFile } from '../json-records.ts';
import type { Bugs } from './bugs.ts';
import { commitCounts, isTaskOf, mapCounts } from './completion.ts';
import { decode } from './files.ts';
import type { JobState } from './job-state.ts';
import { Ledger } from './ledger.ts';
import type { MarkingEnv } from './marks.ts';
import {
  parseMessage,
  type Assign,
  type Beat,
  type Ended,
  type Mapped,
  type Message,
  type Reduced,
  type TaskName,
  type ToWorker,
  type Write,
} from './messages.ts';
import { OutputStore } from './output-store.ts';
import { Registry } from './registry.ts';
import { parseRequest, type Request, type Response, type Result } from './requests.ts';
import { isSame, Scheduler } from './scheduler.ts';
import type { Settings } from './settings.ts';

/** Requests that wait for one job; the one that waited for longest makes room. */
const MAX_WAITING = 1000;

interface Waiting {
  readonly request: RequestId;
  readonly withText: boolean;
}

export class Coordinator implements Node {
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;
  private readonly registry: Registry;
  private readonly ledger: Ledger;
  private readonly store: OutputStore;
  private readonly scheduler: Scheduler;
  /** The epoch is durable: numbers may be given out. */
  private isServing = false;
  /** Attempts whose output is about to be in its place. */
  private readonly committing = new Set<number>();
  private readonly waiting = new Map<number, Waiting[]>();

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    const { heartbeat, workerTimeout, backupAfter, checkpointEvery, module } = settings;
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.registry = new Registry(module);
    this.store = new OutputStore(env.disk, bugs);
    this.scheduler = new Scheduler(
      env.peers,
      Math.ceil(workerTimeout / heartbeat),
      Math.ceil(backupAfter / heartbeat),
    );
    this.ledger = new Ledger({
      disk: env.disk,
      checkpointEvery,
      apply: (record) => this.registry.apply(record),
      state: () => this.registry.records(),
      onCheckpoint: () => env.reached('checkpoint'),
    });
  }

  onStart(): void {
    const { env, registry, ledger } = this;
    try {
      if (ledger.recover()) env.reached('torn-tail');
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      env.halt(error.message);
      return;
    }
    if (registry.epoch > 0) env.reached('recovered');
    if (registry.open.length > 0) env.reached('recovered-unfinished');
    for (const job of registry.open) job.mayReduce = job.isMapped;
    this.store.clear();
    ledger.append({ type: 'epoch', epoch: registry.epoch + 1 });
    ledger.whenDurable(() => (this.isServing = true));
    env.log('started', { epoch: registry.epoch, jobs: registry.size, open: registry.open.length });
    env.setTimer(this.settings.heartbeat);
  }

  onTimer(_timer: TimerId): void {
    this.env.setTimer(this.settings.heartbeat);
    for (const worker of this.scheduler.tick()) {
      this.env.log('hears nothing of a worker', { worker });
      this.env.reached('worker-dead');
      for (const job of this.registry.open) {
        for (const map of job.mapsAt(worker)) this.lose(job, map);
      }
    }
    this.schedule();
  }

  onMessage(from: NodeId, json: Json): void {
    if (!this.isServing) return;
    const message = parseMessage(json);
    if (message === undefined || !this.take(from, message)) {
      this.env.log('ignores a message that is none of the protocol', { from });
      return;
    }
    this.schedule();
  }

  onRequest(id: RequestId, body: Json): void {
    const request = parseRequest(body, this.settings.module);
    if (typeof request === 'string') this.reply(id, { refused: 'bad-request', why: request });
    else if (!this.isServing) this.reply(id, { refused: 'starting' });
    else if (request.f === 'run') this.run(id, request);
    else this.output(id, request.key);
    this.schedule();
  }

  onDisk({ token, error }: DiskCompletion): void {
    if (error !== undefined) {
      this.env.halt(`the disk failed: ${error}`);
      return;
    }
    if (this.ledger.completed(token) || this.store.completed(token)) this.schedule();
  }

  status(): NodeStatus {
    const { registry, ledger, env, scheduler } = this;
    return {
      role: 'coordinator',
      term: registry.epoch,
      leader: env.id,
      logEnd: ledger.written,
      commit: ledger.durable,
      applied: ledger.written,
      facts: {
        jobs: registry.size,
        open: registry.open.length,
        running: scheduler.running.map(({ number, worker, task }) => ({ number, worker, ...task })),
      },
    };
  }

  private run(id: RequestId, { key, spec }: Extract<Request, { f: 'run' }>): void {
    const known = this.registry.named(key);
    if (known !== undefined) {
      this.env.reached('job-known');
      if (JSON.stringify(known.spec.json) === JSON.stringify(spec.json)) this.answer(id, known, false);
      else this.reply(id, { refused: 'job-differs', why: `the job ${key} is another one` });
      return;
    }
    if (this.registry.size >= this.settings.maxJobs) {
      this.reply(id, { refused: 'too-many-jobs', why: `there are ${this.settings.maxJobs} jobs` });
      return;
    }
    const number = this.registry.nextNumber();
    this.ledger.append({ type: 'accepted', job: number, id: key, spec: spec.json });
    this.env.reached('job-accepted');
    this.answer(id, this.registry.numbered(number)!, false);
  }

  private output(id: RequestId, key: string): void {
    const job = this.registry.named(key);
    if (job === undefined) this.reply(id, { ok: null });
    else this.answer(id, job, true);
  }

  /** When the job is over, and all that says so is durable. */
  private answer(request: RequestId, job: JobState, withText: boolean): void {
    if (job.isOver) {
      this.ledger.whenDurable(() => this.reply(request, { ok: this.resultOf(job, withText) }));
      return;
    }
    const waiting = this.waiting.get(job.number) ?? [];
    waiting.push({ request, withText });
    if (waiting.length > MAX_WAITING) waiting.shift();
    this.waiting.set(job.number, waiting);
  }

  private resultOf(job: JobState, withText: boolean): Result {
    if (job.failure !== undefined) return { failed: job.failure };
    const { parts, counters } = job;
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    return {
      counters,
      parts: parts.map(({ partition, length, crc }) => {
        if (!withText || size > this.settings.inlineOutput) return { partition, length, crc };
        return { partition, length, crc, text: this.textOf(job, partition) };
      }),
    };
  }

  private textOf(job: JobState, partition: number): string {
    try {
      return decode(this.store.read(job.number, partition));
    } catch (error) {
      if (!(error instanceof CorruptFile)) throw error;
      this.env.halt(error.message);
      return '';
    }
  }

  /** False for what no worker says. */
  private take(from: NodeId, message: Message): boolean {
    switch (message.type) {
      case 'beat':
        this.onBeat(from, message);
        return true;
      case 'mapped':
        this.onMapped(from, message);
        return true;
      case 'write':
        this.onWrite(from, message);
        return true;
      case 'reduced':
        this.onReduced(from, message);
        return true;
      case 'fetch-failed':
      case 'failed':
      case 'gave-up':
        this.onEnded(from, message);
        return true;
      default:
        return false;
    }
  }

  private onBeat(worker: NodeId, { life, running, keeps }: Beat): void {
    const { scheduler, registry } = this;
    if (scheduler.heard(worker, life)) this.env.reached('worker-restarted');
    const over = keeps.filter((job) => registry.numbered(job)?.isOver ?? true);
    if (over.length > 0) this.send(worker, { type: 'forget', jobs: over });
    const assigned = scheduler.attemptOf(worker);
    if (assigned !== undefined) {
      if (running?.attempt === assigned.number || assigned.age === 0) return;
      // The assignment may have got lost; a worker that knows it takes no notice.
      if (assigned.told !== undefined) this.send(worker, assigned.told);
      else scheduler.end(assigned.number);
    } else if (running !== null) this.adopt(worker, running);
  }

  /** A worker runs what this coordinator did not give it: one of before its restart did. */
  private adopt(worker: NodeId, { attempt, ...task }: NonNullable<Beat['running']>): void {
    const job = this.registry.numbered(task.job);
    if (job === undefined || !isTaskOf(job, task) || job.isDone(task.phase, task.task)) {
      this.over(worker, attempt);
      return;
    }
    this.env.reached('attempt-adopted');
    this.scheduler.start(worker, attempt, task);
  }

  private onMapped(worker: NodeId, message: Mapped): void {
    const { attempt, task, buckets, lines, pairs } = message;
    const job = this.jobOf(task);
    if (job !== undefined && mapCounts(job, message, this.bugs)) {
      const { job: number, task: map } = task;
      this.ledger.append({ type: 'mapped', job: number, map, attempt, worker, buckets, lines, pairs });
      this.env.reached('map-done');
      if (job.isMapped) this.ledger.whenDurable(() => (job.mayReduce = true));
      this.endOthers(attempt, task);
    } else this.env.reached('map-reported-again');
    this.scheduler.end(attempt);
    this.ledger.whenDurable(() => this.over(worker, attempt));
  }

  private onWrite(worker: NodeId, { attempt, task, offset, text }: Write): void {
    const job = this.jobOf(task);
    if (job !== undefined && commitCounts(job, attempt, task, this.bugs)) {
      this.send(worker, { type: 'wrote', attempt, size: this.store.write(attempt, task, offset, text) });
    } else this.tooLate(worker, attempt, task);
  }

  private onReduced(worker: NodeId, message: Reduced): void {
    const { attempt, task } = message;
    const job = this.jobOf(task);
    if (job === undefined || !commitCounts(job, attempt, task, this.bugs)) {
      this.tooLate(worker, attempt, task);
    } else if (this.committing.has(attempt)) return;
    else if (!this.store.isWhole(attempt, task, message)) {
      // What was there is gone with this coordinator's earlier life.
      this.send(worker, { type: 'wrote', attempt, size: this.store.sizeOf(attempt) });
    } else {
      this.committing.add(attempt);
      this.store.rename(attempt, task, () => {
        this.committing.delete(attempt);
        // Another attempt may have been renamed meanwhile.
        if (commitCounts(job, attempt, task, this.bugs)) this.publish(job, worker, message);
        else this.tooLate(worker, attempt, task);
      });
    }
  }

  private publish(job: JobState, worker: NodeId, { attempt, task, length, crc, keys, out }: Reduced): void {
    const { job: number, task: partition } = task;
    const record = { type: 'published', job: number, partition, attempt, length, crc, keys, out } as const;
    this.ledger.append(record);
    this.env.reached('reduce-done');
    this.store.drop(attempt, task);
    this.scheduler.end(attempt);
    this.endOthers(attempt, task);
    this.ledger.whenDurable(() => this.over(worker, attempt));
    if (job.isOver) this.finish(job, 'job-done');
  }

  private onEnded(worker: NodeId, message: Ended): void {
    const { attempt } = message;
    this.scheduler.end(attempt);
    if (message.type === 'gave-up') return;
    const job = this.registry.numbered(message.job);
    if (job !== undefined && !job.isOver) {
      if (message.type === 'failed') {
        this.ledger.append({ type: 'failed', job: job.number, why: message.why });
        this.finish(job, 'job-failed');
      } else if (job.mapOf(message.map)?.attempt === message.mapAttempt) this.lose(job, message.map);
    }
    this.ledger.whenDurable(() => this.over(worker, attempt));
  }

  /** The output of a map that is done can't be had, so it is not done (§3.3). */
  private lose(job: JobState, map: number): void {
    if (this.bugs.has('lost-map-output-not-rerun')) return;
    this.env.reached('map-lost');
    this.env.log('runs a map again', { job: job.id, map });
    this.ledger.append({ type: 'lost', job: job.number, map });
  }

  private tooLate(worker: NodeId, attempt: number, task: TaskName): void {
    this.env.reached('late-commit');
    this.store.drop(attempt, task);
    this.scheduler.end(attempt);
    this.ledger.whenDurable(() => this.over(worker, attempt));
  }

  private finish(job: JobState, mark: 'job-done' | 'job-failed'): void {
    this.env.log(mark === 'job-done' ? 'done' : 'failed', { job: job.id });
    if (mark === 'job-done') this.env.reached('job-done');
    else this.env.reached('job-failed');
    for (const { number, worker, task } of this.scheduler.running) {
      if (task.job !== job.number) continue;
      this.scheduler.end(number);
      this.over(worker, number);
    }
    const waiting = this.waiting.get(job.number) ?? [];
    this.waiting.delete(job.number);
    for (const { request, withText } of waiting) this.answer(request, job, withText);
  }

  /** Other attempts at a task that is done. */
  private endOthers(attempt: number, done: TaskName): void {
    for (const { number, worker, task } of this.scheduler.running) {
      if (number === attempt || !isSame(task, done)) continue;
      this.env.reached('backup-lost-race');
      this.scheduler.end(number);
      this.over(worker, number);
    }
  }

  private schedule(): void {
    if (!this.isServing) return;
    for (const worker of this.scheduler.free) {
      const next = this.scheduler.next(worker, this.registry.open);
      if (next === undefined) continue;
      if (next.backup) this.env.reached('backup');
      const { job, task } = next;
      const attempt = this.registry.nextNumber();
      const sources = task.phase === 'reduce' ? job.sources(task.task) : [];
      const told: Assign = { type: 'assign', attempt, task, spec: job.spec.json, sources };
      this.scheduler.start(worker, attempt, task, told);
      this.send(worker, told);
    }
  }

  private jobOf(task: TaskName): JobState | undefined {
    const job = this.registry.numbered(task.job);
    return job !== undefined && isTaskOf(job, task) ? job : undefined;
  }

  private over(worker: NodeId, attempt: number): void {
    this.send(worker, { type: 'over', attempt });
  }

  private send(worker: NodeId, message: ToWorker): void {
    this.env.send(worker, message);
  }

  private reply(request: RequestId, response: Response): void {
    this.env.reply(request, response);
  }
}
