/** Searches in ascending numbers. */

/** How many of them are less than `bound`. */
export function countBelow(ascending: ArrayLike<number>, bound: number): number {
  return count(ascending, (value) => value < bound);
}

/** How many of them are at most `bound`. */
export function countUpTo(ascending: ArrayLike<number>, bound: number): number {
  return count(ascending, (value) => value <= bound);
}

/** How many hold, where all that hold come first. */
function count(ascending: ArrayLike<number>, holds: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
