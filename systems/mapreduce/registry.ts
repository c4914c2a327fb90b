/** All jobs, as the records make them, and the numbers that are given out. */
import { JobState } from './job-state.ts';
import { parseSpec } from './jobs/spec.ts';
import type { LogRecord } from './records.ts';

/** Numbers that one epoch can give out. */
const EPOCH = 2 ** 32;

export class Registry {
  epoch = 0;
  private readonly module: string;
  private readonly byId = new Map<string, JobState>();
  private readonly byNumber = new Map<number, JobState>();
  private readonly openJobs = new Map<number, JobState>();
  private given = 0;

  constructor(module: string) {
    this.module = module;
  }

  get size(): number {
    return this.byId.size;
  }

  /** Those that are not over, in the order in which they were accepted. */
  get open(): readonly JobState[] {
    return [...this.openJobs.values()];
  }

  named(id: string): JobState | undefined {
    return this.byId.get(id);
  }

  numbered(job: number): JobState | undefined {
    return this.byNumber.get(job);
  }

  /** For a job or an attempt: higher than any before, in whatever life of the coordinator. */
  nextNumber(): number {
    return this.epoch * EPOCH + ++this.given;
  }

  /** Why the record does not fit what was there before it; undefined when it was applied. */
  apply(record: LogRecord): string | undefined {
    if (record.type === 'epoch') {
      this.epoch = record.epoch;
      this.given = 0;
      return undefined;
    }
    if (record.type === 'accepted') return this.accept(record.id, record.job, record);
    const job = this.byNumber.get(record.job);
    if (job === undefined) return `no job ${record.job}`;
    switch (record.type) {
      case 'mapped':
        job.mapped(record);
        break;
      case 'lost':
        job.lost(record.map);
        break;
      case 'published':
        job.publish(record);
        break;
      case 'failed':
        job.failure = record.why;
    }
    if (job.isOver) this.openJobs.delete(job.number);
    return undefined;
  }

  /** What makes this state of nothing. */
  records(): readonly LogRecord[] {
    return [{ type: 'epoch', epoch: this.epoch }, ...[...this.byId.values()].flatMap((job) => job.records())];
  }

  private accept(
    id: string,
    number: number,
    { spec: json }: Extract<LogRecord, { type: 'accepted' }>,
  ): string | undefined {
    const spec = parseSpec(json, this.module);
    if (typeof spec === 'string') return spec;
    const job = new JobState(id, number, spec);
    this.byId.set(id, job);
    this.byNumber.set(number, job);
    this.openJobs.set(number, job);
    return undefined;
  }
}
