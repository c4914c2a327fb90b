/** Where each word occurs: `split:line` of every line that has it, in order (§2.3). */
import type { Job } from './job.ts';

export const invertedIndex: Job = {
  name: 'inverted-index',
  map(line, split, number, emit) {
    const words = new Set(line.split(' ').filter((word) => word !== ''));
    for (const word of words) emit(word, `${split}:${number}`);
  },
  reduce(_key, values, emit) {
    emit(values.join(' '));
  },
};
