/**
 * The nemesis's randomness. Every use has a stream of its own, named by labels (lane, what for, which
 * time), so that a draw more in one place, or another entry in a plan, leaves all others as they were.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Span } from './entry.ts';

export interface Random {
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
}

/** The stream of `labels` under `seed`. */
export function stream(seed: number, ...labels: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash([seed, ...labels].join('/')));
  return { int: (bound) => uniformInt(generator, 0, bound - 1) };
}

/** A random order of `items`: Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let end = order.length - 1; end > 0; end--) {
    const pick = random.int(end + 1);
    [order[end], order[pick]] = [order[pick]!, order[end]!];
  }
  return order;
}

/** A length of time out of `span`, in whole milliseconds above its minimum. */
export function lengthOf({ min, max }: Span, random: Random): number {
  return max > min ? min + random.int(Math.floor(max - min) + 1) : min;
}

/** 32 bits: FNV-1a, then mixed so that labels that differ in one letter give unlike streams. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
