/**
 * The order of blocks, after Gibbons & Korach ("Testing shared memories", 1997): there is one unless two
 * forward blocks overlap, or a backward block lies inside a forward one.
 *
 * Of all orders this is the lazy one: a forward block begins at its first return, a backward block stands
 * at its own, or, where that is inside a forward block, just before that.
 */
import type { Scratch } from '../scratch.ts';
import type { Blocks } from './blocks.ts';
import { sortByTime } from '../by-time.ts';
import type { Violation } from './evidence.ts';

export interface Order {
  /** All blocks but the initial one. */
  readonly blocks: Int32Array;
  /** By block: the last moment at which it can begin, if those after it in the order begin at theirs. */
  readonly due: Float64Array;
}

export function orderOf(blocks: Blocks, scratch: Scratch): Order | Violation {
  const { first, last } = blocks;
  const count = first.length;
  const isForward = (b: number): boolean => first[b]! < last[b]!;
  for (let b = 1; b < count; b++) if (first[b]! < last[0]!) return blocks.conflict(0, b);

  const end = scratch.rawFloat64(count);
  for (let b = 0; b < count; b++) end[b] = Math.max(first[b]!, last[b]!);
  const ascending = scratch.rawInt32(count - 1);
  for (let i = 0; i < ascending.length; i++) ascending[i] = i + 1;
  sortByTime(ascending, end);
  forwardFirst(ascending, end, isForward);

  // From the end to the beginning.
  const due = scratch.float64(count);
  let begin = Infinity;
  let covering = 0;
  for (let i = ascending.length - 1; i >= 0; i--) {
    const b = ascending[i]!;
    due[b] = Math.min(first[b]!, begin);
    if (isForward(b) ? last[b]! > begin : first[b]! > begin && last[b]! > begin)
      return blocks.conflict(covering, b);
    if (isForward(b)) {
      begin = first[b]!;
      covering = b;
    }
  }
  return { blocks: ascending, due };
}

/** Of a forward and a backward block that end together, the backward one is not inside. */
function forwardFirst(ascending: Int32Array, end: Float64Array, isForward: (b: number) => boolean): void {
  for (let i = 1; i < ascending.length; i++) {
    const b = ascending[i]!;
    if (end[b] !== end[ascending[i - 1]!] || !isForward(b)) continue;
    let hole = i;
    while (hole > 0 && end[ascending[hole - 1]!] === end[b] && !isForward(ascending[hole - 1]!)) {
      ascending[hole] = ascending[hole - 1]!;
      hole--;
    }
    ascending[hole] = b;
  }
}
