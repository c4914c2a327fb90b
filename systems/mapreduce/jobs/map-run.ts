/**
 * The map of one split: reads it line by line, as far as it is told to at once, and in the end gives the
 * pairs by partition, each sorted by key, in the text of an intermediate file: a line `["key",value]` a pair.
 */
import type { Json } from '../../contract.ts';
import type { Emit, Job } from './job.ts';
import { byKey } from './partition.ts';

export class MapRun {
  lines = 0;
  pairs = 0;
  private readonly job: Job;
  private readonly split: number;
  private readonly text: string;
  private at = 0;
  /** With `combine`: one value a key. Else: all that were emitted, in order. */
  private readonly combined = new Map<string, { value: Json }>();
  private readonly emitted = new Map<string, Json[]>();
  private readonly emit: Emit;

  constructor(job: Job, split: number, text: string) {
    this.job = job;
    this.split = split;
    this.text = text;
    const { combine } = job;
    this.emit = combine === undefined ? (key, value) => this.keep(key, value) : this.combining(combine);
  }

  /** Maps about `size` characters more; false when there is nothing left. */
  advance(size: number): boolean {
    const { text, job, split, emit } = this;
    const until = Math.min(text.length, this.at + size);
    let { at, lines } = this;
    while (at < until) {
      const found = text.indexOf('\n', at);
      const end = found < 0 ? text.length : found;
      job.map(text.slice(at, end), split, lines++, emit);
      at = end + 1;
    }
    this.at = at;
    this.lines = lines;
    return at < text.length;
  }

  /** The intermediate files, one a partition; '' for one without a pair. */
  buckets(reducers: number, partition: (key: string) => number): readonly string[] {
    const buckets: string[][] = Array.from({ length: reducers }, () => []);
    for (const key of [...this.combined.keys(), ...this.emitted.keys()].sort(byKey)) {
      const values = this.emitted.get(key) ?? [this.combined.get(key)!.value];
      const bucket = buckets[partition(key)]!;
      for (const value of values) bucket.push(JSON.stringify([key, value]));
    }
    return buckets.map((bucket) => (bucket.length === 0 ? '' : `${bucket.join('\n')}\n`));
  }

  private combining(combine: NonNullable<Job['combine']>): Emit {
    const { combined } = this;
    return (key, value) => {
      this.pairs++;
      const held = combined.get(key);
      if (held === undefined) combined.set(key, { value });
      else held.value = combine(held.value, value);
    };
  }

  private keep(key: string, value: Json): void {
    this.pairs++;
    const held = this.emitted.get(key);
    if (held === undefined) this.emitted.set(key, [value]);
    else held.push(value);
  }
}
