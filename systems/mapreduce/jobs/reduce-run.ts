/**
 * The reduce of one partition: merges what each map sorted, key by key, and reduces what belongs together.
 * Values of one key come in the order of the maps, so the output does not depend on who ran them when.
 */
import type { Json } from '../../contract.ts';
import type { Job } from './job.ts';

interface Run {
  readonly lines: readonly string[];
  next: number;
  key: string;
  value: Json;
}

export class ReduceRun {
  keys = 0;
  out = 0;
  private readonly job: Job;
  /** Those with a pair left, in the order of their maps. */
  private runs: Run[];
  private readonly output: string[] = [];

  /** `files`: intermediate files of one partition, by map. */
  constructor(job: Job, files: readonly string[]) {
    this.job = job;
    this.runs = files.flatMap((text) => {
      const run: Run = { lines: text.split('\n'), next: 0, key: '', value: null };
      return step(run) ? [run] : [];
    });
  }

  /** Reduces so many keys more; false when there are none left. */
  advance(count: number): boolean {
    for (let left = count; left > 0 && this.runs.length > 0; left--) this.reduceNext();
    return this.runs.length > 0;
  }

  /** The partition's file. */
  get text(): string {
    return this.output.join('');
  }

  private reduceNext(): void {
    let key = this.runs[0]!.key;
    for (const run of this.runs) if (run.key < key) key = run.key;
    const values: Json[] = [];
    let ended = false;
    for (const run of this.runs) {
      while (run.key === key && run.next >= 0) {
        values.push(run.value);
        if (!step(run)) ended = true;
      }
    }
    if (ended) this.runs = this.runs.filter(({ next }) => next >= 0);
    this.keys++;
    this.job.reduce(key, values, (text) => {
      this.out++;
      this.output.push(outputLine(key, text));
    });
  }
}

function outputLine(key: string, text: string): string {
  return `${key}\t${text}\n`;
}

/** Reads the run's next pair; false, and `next` negative, at its end. */
function step(run: Run): boolean {
  const line = run.lines[run.next];
  if (line === undefined || line === '') {
    run.next = -1;
    return false;
  }
  run.next++;
  const [key, value] = JSON.parse(line) as [string, Json];
  run.key = key;
  run.value = value;
  return true;
}
