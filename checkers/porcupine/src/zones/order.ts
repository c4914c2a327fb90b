/**
 * The order of blocks, after Gibbons & Korach ("Testing shared memories", 1997): there is one unless two
 * forward blocks overlap, or a backward block lies inside a forward one.
 *
 * Of all orders this is the lazy one: a forward block begins at its first return, a backward block stands
 * at its own, or, where that is inside a forward block, just before that.
 */
import type { Blocks } from './blocks.ts';
import type { Violation } from './evidence.ts';

export interface Order {
  /** All blocks but the initial one. */
  readonly blocks: Int32Array;
  /** By block: the last moment at which it can begin, if those after it in the order begin at theirs. */
  readonly due: Float64Array;
}

export function orderOf(blocks: Blocks): Order | Violation {
  const { first, last } = blocks;
  const count = first.length;
  const isForward = (b: number): boolean => first[b]! < last[b]!;
  for (let b = 1; b < count; b++) if (first[b]! < last[0]!) return conflict(blocks, 0, b);

  // From the end to the beginning; of a forward and a backward block that end together, the backward
  // one is not inside.
  const end = Float64Array.from(first, (f, b) => Math.max(f, last[b]!));
  const fromEnd = Array.from({ length: count - 1 }, (_, i) => count - 1 - i);
  fromEnd.sort((a, b) => end[b]! - end[a]! || Number(isForward(a)) - Number(isForward(b)));
  const due = new Float64Array(count);
  let begin = Infinity;
  let covering = 0;
  for (const b of fromEnd) {
    due[b] = Math.min(first[b]!, begin);
    if (isForward(b) ? last[b]! > begin : first[b]! > begin && last[b]! > begin)
      return conflict(blocks, covering, b);
    if (isForward(b)) {
      begin = first[b]!;
      covering = b;
    }
  }
  return { blocks: Int32Array.from(fromEnd).reverse(), due };
}

/** The operations that make each of two blocks come before the other. */
function conflict(blocks: Blocks, a: number, b: number): Violation {
  const { firstToReturn, lastToCall, firstVersion, lastVersion } = blocks;
  const ends = [a, b].flatMap((block) => [
    firstToReturn[firstVersion[block]!]!,
    lastToCall[lastVersion[block]!]!,
  ]);
  return { suspects: ends };
}
