/**
 * What the coordinator knows of one job. It counts what was completed instead of looking at every task each
 * time, so a task must be counted once: `mapped` is for maps that are not done. Whoever makes the records
 * sees to that (`completion.ts`).
 *
 * A map whose output is lost is to be done again, and still counts among the counters until it is: the
 * reduces that had fetched it before may complete the job without it being run again.
 */
import type { NodeId } from '../contract.ts';
import type { Counters } from './jobs/job.ts';
import type { JobSpec } from './jobs/spec.ts';
import type { Source } from './messages.ts';
import type { LogRecord, MapRecord, PartRecord } from './records.ts';

export class JobState {
  readonly id: string;
  readonly number: number;
  readonly spec: JobSpec;
  /**
   * It was durable once that all maps are done: only then may reduces begin. Else a coordinator that has
   * forgotten the last map would be told of partitions that were made of it.
   */
  mayReduce = false;
  /** Why the job ended without an output. */
  failure: string | undefined;
  /** By split: the last completion, and whether its output is still there. */
  private readonly maps: ({ readonly record: MapRecord; isThere: boolean } | undefined)[];
  private readonly published: PartRecord[] = [];
  private mapsDone = 0;
  private lines = 0;
  private pairs = 0;

  constructor(id: string, number: number, spec: JobSpec) {
    this.id = id;
    this.number = number;
    this.spec = spec;
    this.maps = Array.from({ length: spec.splits }, () => undefined);
  }

  /** Reduces may begin. */
  get isMapped(): boolean {
    return this.mapsDone >= this.spec.splits;
  }

  get isOver(): boolean {
    return this.failure !== undefined || this.published.length >= this.spec.reducers;
  }

  /** In the order of their partitions. */
  get parts(): readonly PartRecord[] {
    return [...this.published].sort((a, b) => a.partition - b.partition);
  }

  get counters(): Counters {
    const { lines, pairs } = this;
    const sum = (of: 'keys' | 'out'): number => this.published.reduce((sum, part) => sum + part[of], 0);
    return { lines, pairs, keys: sum('keys'), out: sum('out') };
  }

  mapOf(split: number): MapRecord | undefined {
    const done = this.maps[split];
    return done?.isThere === true ? done.record : undefined;
  }

  partOf(partition: number): PartRecord | undefined {
    return this.published.find((part) => part.partition === partition);
  }

  /** Done, or no longer to be done. */
  isDone(phase: 'map' | 'reduce', task: number): boolean {
    if (this.isOver) return true;
    return (phase === 'map' ? this.mapOf(task) : this.partOf(task)) !== undefined;
  }

  /** Where a reduce finds what the maps that are done left for it. */
  sources(partition: number): readonly Source[] {
    return this.done.map(({ map, attempt, worker, buckets }) => {
      return { map, attempt, worker, ...buckets[partition]! };
    });
  }

  /** Splits whose output is on this worker's disk. */
  mapsAt(worker: NodeId): readonly number[] {
    return this.done.flatMap((done) => (done.worker === worker ? [done.map] : []));
  }

  mapped(record: MapRecord): void {
    const before = this.maps[record.map];
    this.mapsDone++;
    if (before?.isThere === false) this.count(before.record, -1);
    this.count(record, 1);
    this.maps[record.map] = { record, isThere: true };
  }

  lost(map: number): void {
    const done = this.maps[map];
    if (done?.isThere !== true) return;
    this.mapsDone--;
    done.isThere = false;
  }

  publish(record: PartRecord): void {
    this.published.push(record);
  }

  /** What makes this state of nothing.. */
  records(): readonly LogRecord[] {
    const { id, number, spec, failure } = this;
    return [
      { type: 'accepted', job: number, id, spec: spec.json },
      ...this.maps.flatMap((done): LogRecord[] => {
        if (done === undefined) return [];
        const { record, isThere } = done;
        return isThere ? [record] : [record, { type: 'lost', job: number, map: record.map }];
      }),
      ...this.published,
      ...(failure === undefined ? [] : [{ type: 'failed', job: number, why: failure } as const]),
    ];
  }

  private get done(): readonly MapRecord[] {
    return this.maps.flatMap((done) => (done?.isThere === true ? [done.record] : []));
  }

  private count({ lines, pairs }: MapRecord, sign: 1 | -1): void {
    this.lines += sign * lines;
    this.pairs += sign * pairs;
  }
}
