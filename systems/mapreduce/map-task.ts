/**
 * A map on its worker. The intermediate files are appended and not synced: they can be made again, and most
 * of them are read within seconds, so waiting for the disk would be time lost. What a crash takes of them
 * shows by their lengths and checksums, which the coordinator keeps with the completion.
 */
import { bucketFile, encode, sumOf } from './files.ts';
import { MapRun } from './jobs/map-run.ts';
import type { JobSpec } from './jobs/spec.ts';
import type { TaskName } from './messages.ts';
import { ofJob, Repeated, type RunningTask, type Workplace } from './running-task.ts';

export class MapTask implements RunningTask {
  readonly attempt: number;
  readonly name: TaskName;
  private readonly place: Workplace;
  private readonly spec: JobSpec;
  private readonly read: (file: string) => string | undefined;
  private readonly report: Repeated;
  private run: MapRun | undefined;
  private isReported = false;

  constructor(
    place: Workplace,
    { attempt, name, spec }: { attempt: number; name: TaskName; spec: JobSpec },
    read: (file: string) => string | undefined,
  ) {
    this.place = place;
    this.attempt = attempt;
    this.name = name;
    this.spec = spec;
    this.read = read;
    this.report = new Repeated(place.env);
  }

  work(): boolean {
    if (this.isReported) return false;
    const { spec, name, place } = this;
    const step = ofJob(() => {
      this.run ??= new MapRun(spec.job, name.task, spec.textOf(name.task, this.read));
      return this.run.advance(place.settings.slice);
    });
    if ('why' in step) this.fail(step.why);
    else if (step.value) return true;
    else this.complete(this.run!);
    return false;
  }

  retry(): void {
    this.report.again();
  }

  onMessage(): boolean {
    return false;
  }

  private complete(run: MapRun): void {
    const { place, spec, name, attempt } = this;
    const { reducers } = spec;
    const texts = ofJob(() => run.buckets(reducers, (key) => place.partition(key, reducers)));
    if ('why' in texts) {
      this.fail(texts.why);
      return;
    }
    const buckets = texts.value.map((text, partition) => {
      const bytes = encode(text);
      const sum = sumOf(bytes);
      if (sum.length > 0) place.env.disk.append(bucketFile(name.job, name.task, attempt, partition), bytes);
      return sum;
    });
    const { lines, pairs } = run;
    this.tell({ type: 'mapped', attempt, task: name, buckets, lines, pairs });
  }

  private fail(why: string): void {
    this.tell({ type: 'failed', attempt: this.attempt, job: this.name.job, why });
  }

  private tell(message: Parameters<Repeated['send']>[1]): void {
    this.isReported = true;
    this.report.send(this.place.coordinator, message);
  }
}
