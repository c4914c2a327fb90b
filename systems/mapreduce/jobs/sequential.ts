/**
 * The job as one program would do it, after the other: what the output of the distributed run must equal,
 * byte for byte. Made of nothing but the job itself and the rule of partitions.
 */
import type { Json } from '../../contract.ts';
import type { Counters } from './job.ts';
import { byKey, partitionOf } from './partition.ts';
import type { JobSpec } from './spec.ts';

export interface SequentialRun {
  /** A text a partition. */
  readonly output: readonly string[];
  readonly counters: Counters;
}

/** Throws what the job throws. */
export function sequentialRun(spec: JobSpec, read: (file: string) => string | undefined): SequentialRun {
  const { job, splits, reducers } = spec;
  const { combine } = job;
  const joined = new Map<string, { value: Json }>();
  const listed = new Map<string, Json[]>();
  let [lines, pairs, out] = [0, 0, 0];
  const emit = (key: string, value: Json): void => {
    pairs++;
    if (combine !== undefined) {
      const held = joined.get(key);
      if (held === undefined) joined.set(key, { value });
      else held.value = combine(held.value, value);
      return;
    }
    const held = listed.get(key);
    if (held === undefined) listed.set(key, [value]);
    else held.push(value);
  };
  for (let split = 0; split < splits; split++) {
    const text = spec.textOf(split, read);
    let number = 0;
    for (let at = 0; at < text.length;) {
      const found = text.indexOf('\n', at);
      const end = found < 0 ? text.length : found;
      job.map(text.slice(at, end), split, number++, emit);
      at = end + 1;
    }
    lines += number;
  }
  const output: string[][] = Array.from({ length: reducers }, () => []);
  const keys = [...joined.keys(), ...listed.keys()].sort(byKey);
  for (const key of keys) {
    const partition = output[partitionOf(key, reducers)]!;
    job.reduce(key, listed.get(key) ?? [joined.get(key)!.value], (text) => {
      out++;
      partition.push(`${key}\t${text}\n`);
    });
  }
  return {
    output: output.map((partition) => partition.join('')),
    counters: { lines, pairs, keys: keys.length, out },
  };
}
