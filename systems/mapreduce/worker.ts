/**
 * A worker: runs one task at a time, keeps what its maps left, and gives it to whoever reduces. It decides
 * nothing: what it was not told to be over it goes on with, and what it is told last counts.
 */
import type { DiskCompletion, Json, Node, NodeId, NodeStatus, RequestId, TimerId } from '../contract.ts';
import type { Bugs } from './bugs.ts';
import { bucketFile, decode, jobOfBucket, pieceAt } from './files.ts';
import { partitionOf } from './jobs/partition.ts';
import { parseSpec } from './jobs/spec.ts';
import { MapTask } from './map-task.ts';
import type { MarkingEnv } from './marks.ts';
import { parseMessage, type Assign, type Fetch, type Message, type Piece, type Gone } from './messages.ts';
import { ReduceTask } from './reduce-task.ts';
import type { RunningTask, Workplace } from './running-task.ts';
import type { Settings } from './settings.ts';

export class Worker implements Node {
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly place: Workplace;
  private readonly life: number;
  /** The highest attempt that was ever begun here. */
  private lastAttempt = 0;
  private task: RunningTask | undefined;
  /** Jobs that there are intermediate files of. */
  private readonly keeps = new Set<number>();
  /** The file that was asked for last. */
  private served: { readonly file: string; readonly bytes: Uint8Array } | undefined;
  private beatTimer: TimerId | undefined;
  private workTimer: TimerId | undefined;

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs, coordinator: NodeId) {
    this.env = env;
    this.settings = settings;
    this.life = Math.floor(env.random('life') * 2 ** 48);
    const salt = bugs.has('unstable-partitioner') ? Math.floor(env.random('salt') * 2 ** 32) : 0;
    const partition = (key: string, reducers: number): number => partitionOf(key, reducers, salt);
    this.place = { env, settings, bugs, partition, coordinator };
  }

  onStart(): void {
    for (const file of this.env.disk.list()) {
      const job = jobOfBucket(file);
      if (job !== undefined) this.keeps.add(job);
    }
    this.env.log('started', { life: this.life, keeps: this.keeps.size });
    this.beat();
    this.env.setTimer(this.settings.retry);
  }

  onTimer(timer: TimerId): void {
    if (timer === this.beatTimer) this.beat();
    else if (timer === this.workTimer) {
      this.workTimer = undefined;
      if (this.task?.work() === true) this.workSoon();
    } else {
      this.env.setTimer(this.settings.retry);
      this.task?.retry();
    }
  }

  onMessage(from: NodeId, json: Json): void {
    const message = parseMessage(json);
    if (message === undefined || !this.take(from, message))
      this.env.log('ignores a message that is none of the protocol', { from });
  }

  onRequest(request: RequestId): void {
    this.env.reply(request, { refused: 'not-coordinator' });
  }

  onDisk({ error }: DiskCompletion): void {
    if (error !== undefined) this.env.halt(`the disk failed: ${error}`);
  }

  status(): NodeStatus {
    const { task, lastAttempt, place } = this;
    return {
      role: 'worker',
      term: 0,
      leader: place.coordinator,
      logEnd: lastAttempt,
      commit: lastAttempt,
      applied: lastAttempt,
      facts: { running: task === undefined ? null : { ...task.name, attempt: task.attempt } },
    };
  }

  /** False for what nobody says to a worker. */
  private take(from: NodeId, message: Message): boolean {
    if (message.type === 'fetch') {
      this.env.send(from, this.fetched(message));
      return true;
    }
    if (message.type === 'piece' || message.type === 'gone') {
      if (message.reader === this.task?.attempt && this.task.onMessage(from, message)) this.workSoon();
      return true;
    }
    if (from !== this.place.coordinator) return false;
    switch (message.type) {
      case 'assign':
        this.assigned(message);
        return true;
      case 'wrote':
        if (message.attempt === this.task?.attempt) this.task.onMessage(from, message);
        return true;
      case 'over':
        if (message.attempt !== this.task?.attempt) return true;
        this.task = undefined;
        return true;
      case 'forget':
        this.forget(message.jobs);
        return true;
      default:
        return false;
    }
  }

  private assigned({ attempt, task: name, spec: json, sources }: Assign): void {
    if (attempt === this.task?.attempt) return;
    if (attempt <= this.lastAttempt) {
      this.env.send(this.place.coordinator, { type: 'gave-up', attempt });
      return;
    }
    const spec = parseSpec(json, this.settings.module);
    if (typeof spec === 'string') {
      this.env.log('is given a task that it can’t do', { why: spec });
      return;
    }
    this.lastAttempt = attempt;
    if (name.phase === 'map') {
      this.keeps.add(name.job);
      this.task = new MapTask(this.place, { attempt, name, spec }, (file) => this.readInput(file));
    } else this.task = new ReduceTask(this.place, { attempt, name, spec, sources });
    this.workSoon();
  }

  private readInput(file: string): string | undefined {
    const bytes = this.env.disk.read(file);
    return bytes && decode(bytes);
  }

  private fetched({ reader, job, map, attempt, partition, offset }: Fetch): Piece | Gone {
    const file = bucketFile(job, map, attempt, partition);
    const bytes = this.served?.file === file ? this.served.bytes : this.env.disk.read(file);
    if (bytes === undefined) {
      this.env.reached('output-gone');
      return { type: 'gone', reader, map, attempt };
    }
    this.served = { file, bytes };
    const { text, next } = pieceAt(bytes, offset, this.settings.chunk);
    return { type: 'piece', reader, map, attempt, offset, text, next, end: next >= bytes.length };
  }

  private forget(jobs: readonly number[]): void {
    const unneeded = new Set(jobs.filter((job) => job !== this.task?.name.job));
    for (const file of this.env.disk.list()) {
      const job = jobOfBucket(file);
      if (job !== undefined && unneeded.has(job)) this.env.disk.remove(file);
    }
    for (const job of unneeded) this.keeps.delete(job);
    this.served = undefined;
    this.env.reached('files-forgotten');
  }

  private workSoon(): void {
    this.workTimer ??= this.env.setTimer(this.settings.pace);
  }

  private beat(): void {
    this.beatTimer = this.env.setTimer(this.settings.heartbeat);
    const { task, life, keeps, place } = this;
    const running = task === undefined ? null : { ...task.name, attempt: task.attempt };
    this.env.send(place.coordinator, { type: 'beat', life, running, keeps: [...keeps] });
  }
}
