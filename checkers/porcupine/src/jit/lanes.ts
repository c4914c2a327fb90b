/** Sets of lanes: a bit for each, 32 in a word. */

export function has(lanes: Int32Array, lane: number): boolean {
  return (lanes[lane >> 5]! & (1 << (lane & 31))) !== 0;
}

/** The lowest lane of a word's part of a set. */
export function lowest(word: number, lanes: number): number {
  return word * 32 + 31 - Math.clz32(lanes & -lanes);
}
