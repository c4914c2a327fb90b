/**
 * A reduce on its worker: fetches its partition of every map, merges and reduces, writes the output to a
 * temporary file in the output store and asks for it to be put in its place.
 *
 * A file is only taken for what its map left when its length and checksum are those that the map reported.
 * Else, or when its worker has it no more or does not answer, the attempt ends here and the map is run again.
 */
import type { NodeId } from '../contract.ts';
import { bucketFile, decode, encode, isSum, joined, pieceAt, sumOf } from './files.ts';
import { ReduceRun } from './jobs/reduce-run.ts';
import type { JobSpec } from './jobs/spec.ts';
import type { Message, Piece, Source, TaskName } from './messages.ts';
import { ofJob, Repeated, type RunningTask, type Workplace } from './running-task.ts';

type Stage =
  | { readonly at: 'fetching' }
  | { readonly at: 'reducing'; readonly run: ReduceRun }
  | { readonly at: 'writing'; readonly bytes: Uint8Array; readonly run: ReduceRun }
  | { readonly at: 'ended' };

export class ReduceTask implements RunningTask {
  readonly attempt: number;
  readonly name: TaskName;
  private readonly place: Workplace;
  private readonly spec: JobSpec;
  private readonly sources: readonly Source[];
  /** What was fetched, by source; the next one is under way. */
  private readonly files: string[] = [];
  private pieces: Uint8Array[] = [];
  private offset = 0;
  /** Retries since the last piece came. */
  private unanswered = 0;
  /** Bytes of output that the store was last heard to have. */
  private written = -1;
  private stage: Stage = { at: 'fetching' };
  private readonly asked: Repeated;

  constructor(
    place: Workplace,
    task: { attempt: number; name: TaskName; spec: JobSpec; sources: readonly Source[] },
  ) {
    this.place = place;
    this.attempt = task.attempt;
    this.name = task.name;
    this.spec = task.spec;
    this.sources = task.sources;
    this.asked = new Repeated(place.env);
  }

  work(): boolean {
    const { stage, place } = this;
    if (stage.at === 'fetching') return this.files.length === 0 && this.pieces.length === 0 && this.fetch();
    if (stage.at !== 'reducing') return false;
    const step = ofJob(() => stage.run.advance(place.settings.slice));
    if ('why' in step) this.fail(step.why);
    else if (step.value) return true;
    else {
      this.stage = { at: 'writing', bytes: encode(stage.run.text), run: stage.run };
      this.write(0);
    }
    return false;
  }

  retry(): void {
    const { fetchTimeout, retry } = this.place.settings;
    // The first of them may come right after the question.
    if (this.stage.at === 'fetching' && this.unanswered++ * retry >= fetchTimeout) {
      this.place.env.reached('fetch-timed-out');
      this.giveUp();
    } else this.asked.again();
  }

  onMessage(from: NodeId, message: Message): boolean {
    const source = this.sources[this.files.length];
    switch (message.type) {
      case 'piece':
      case 'gone':
        if (this.stage.at !== 'fetching' || source?.worker !== from || source.map !== message.map)
          return false;
        if (source.attempt !== message.attempt) return false;
        return message.type === 'piece' ? this.onPiece(message) : this.onGone();
      case 'wrote':
        if (from === this.place.coordinator) this.write(message.size);
        return false;
      default:
        return false;
    }
  }

  /** Goes on to the next file that is elsewhere; true when all are there. */
  private fetch(): boolean {
    const { env } = this.place;
    for (;;) {
      const source = this.sources[this.files.length];
      if (source === undefined) return this.reduce();
      this.pieces = [];
      this.offset = 0;
      this.unanswered = 0;
      if (source.length === 0) this.files.push('');
      else if (source.worker !== env.id) {
        this.ask(source);
        return false;
      } else {
        const own = env.disk.read(bucketFile(this.name.job, source.map, source.attempt, this.name.task));
        if (own === undefined ? !this.takeMissing() : !this.takeFile(own)) return false;
      }
    }
  }

  private ask({ worker, map, attempt }: Source): void {
    const { job, task: partition } = this.name;
    const { offset, attempt: reader } = this;
    this.asked.send(worker, { type: 'fetch', reader, job, map, attempt, partition, offset });
  }

  private onPiece({ offset, text, next, end }: Piece): boolean {
    if (offset !== this.offset) return false;
    this.unanswered = 0;
    this.pieces.push(encode(text));
    this.offset = next;
    if (end) return this.takeFile(joined(this.pieces)) && this.fetch();
    this.ask(this.sources[this.files.length]!);
    return false;
  }

  private onGone(): boolean {
    return this.takeMissing() && this.fetch();
  }

  /** A file as it was read; false when that is not what its map left. */
  private takeFile(bytes: Uint8Array): boolean {
    const source = this.sources[this.files.length]!;
    if (isSum(bytes, source)) this.files.push(decode(bytes));
    else if (this.place.bugs.has('partial-file-read')) {
      const text = decode(bytes);
      this.files.push(text.slice(0, text.lastIndexOf('\n') + 1));
    } else {
      this.place.env.reached('output-damaged');
      this.giveUp();
      return false;
    }
    return true;
  }

  /** Its worker has no such file; false when that matters. */
  private takeMissing(): boolean {
    if (this.place.bugs.has('lost-map-output-not-rerun')) {
      this.files.push('');
      return true;
    }
    this.giveUp();
    return false;
  }

  private reduce(): boolean {
    const run = ofJob(() => new ReduceRun(this.spec.job, this.files));
    if ('why' in run) this.fail(run.why);
    else this.stage = { at: 'reducing', run: run.value };
    return 'value' in run;
  }

  /** Goes on with the output from where the store has got to. */
  private write(size: number): void {
    const { stage, attempt, name: task, place } = this;
    // An answer that came twice must not be answered twice, or each copy goes on for itself.
    if (stage.at !== 'writing' || size === this.written) return;
    this.written = size;
    const { bytes, run } = stage;
    if (size < bytes.length) {
      const { text } = pieceAt(bytes, size, place.settings.chunk);
      this.asked.send(place.coordinator, { type: 'write', attempt, task, offset: size, text });
    } else {
      const { keys, out } = run;
      this.asked.send(place.coordinator, { type: 'reduced', attempt, task, keys, out, ...sumOf(bytes) });
    }
  }

  /** The file that is to be fetched can't be had. */
  private giveUp(): void {
    const { map, attempt: mapAttempt } = this.sources[this.files.length]!;
    const { attempt, name, place } = this;
    this.stage = { at: 'ended' };
    this.asked.send(place.coordinator, {
      type: 'fetch-failed',
      attempt,
      job: name.job,
      map,
      mapAttempt,
    });
  }

  private fail(why: string): void {
    this.stage = { at: 'ended' };
    const { attempt, name, place } = this;
    this.asked.send(place.coordinator, { type: 'failed', attempt, job: name.job, why });
  }
}
