/**
 * By when elements that nobody is known to have removed have to be out of a stack:
 *  - by the end of the removal of an element that is certainly below it;
 *  - by the end of what saw the stack empty after it was certainly inside.
 * They are necessary, each by itself, and not sufficient together.
 */
import type { Budget } from '../budget.ts';
import { countUpTo } from './ascending.ts';
import { lifetime } from './lifetime.ts';
import type { Reading, Stay } from './reading.ts';
import { Tournament } from './tournament.ts';

export interface Deadline {
  readonly stay: Stay;
  /** Infinity if it may stay. */
  readonly by: number;
}

/** The earliest first; of those that may stay, the last one in first. */
export function deadlines({ stays, empties }: Reading, budget: Budget): Deadline[] {
  const removed = stays.filter(({ remove }) => remove).map(lifetime);
  const byEnd = [...removed].sort((a, b) => a.removeFrom - b.removeFrom);
  const ends = Float64Array.from(byEnd, ({ removeFrom }) => removeFrom);
  const position = new Map(byEnd.map((one, i) => [one, i]));
  const below = new Tournament(byEnd.length);
  const byStart = [...removed].sort((a, b) => a.insertBy - b.insertBy);
  const glimpses = [...empties].sort((a, b) => a.call - b.call);
  const calls = Float64Array.from(glimpses, ({ call }) => call);
  const earliest = new Float64Array(glimpses.length + 1).fill(Infinity);
  for (let i = glimpses.length - 1; i >= 0; i--)
    earliest[i] = Math.min(earliest[i + 1]!, glimpses[i]!.return);
  const left = stays.filter(({ remove }) => !remove).sort((a, b) => a.insert.call - b.insert.call);
  let under = 0;
  const found = left.map((stay) => {
    budget.tick();
    const { call, return: end } = stay.insert;
    for (; under < byStart.length && byStart[under]!.insertBy < call; under++) {
      const lower = byStart[under]!;
      below.set(position.get(lower)!, -lower.removeBy);
    }
    const first = below.best(countUpTo(ends, end), byEnd.length);
    const out = first < 0 ? Infinity : -below.get(first);
    return { stay, by: Math.min(out, earliest[countUpTo(calls, end)]!) };
  });
  return found.reverse().sort((a, b) => (a.by === b.by ? 0 : a.by - b.by));
}
