/** The lines that match a pattern, by the line; `reduce` copies what the maps emitted (§2.3). */
import type { Job } from './job.ts';

export function grep(pattern: RegExp): Job {
  return {
    name: 'grep',
    map(line, split, number, emit) {
      if (pattern.test(line)) emit(line, `${split}:${number}`);
    },
    reduce(_key, values, emit) {
      for (const value of values) emit(String(value));
    },
  };
}
