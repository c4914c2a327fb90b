/** How often each word occurs; the paper's first example (§2.1). */
import type { Job } from './job.ts';

const BLANK = 32;

const sum = (one: unknown, other: unknown): number => Number(one) + Number(other);

export const wordCount: Job = {
  name: 'word-count',
  map(line, _split, _number, emit) {
    // By hand: `split(' ')` makes a list of every line first.
    let start = 0;
    for (let at = 0; at <= line.length; at++) {
      if (at < line.length && line.charCodeAt(at) !== BLANK) continue;
      if (at > start) emit(line.slice(start, at), 1);
      start = at + 1;
    }
  },
  combine: sum,
  reduce(_key, values, emit) {
    emit(String(values.reduce(sum, 0)));
  },
};
