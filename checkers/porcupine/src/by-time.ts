/**
 * Sorts what is nearly in order, as operations of a recording are: each item finds its place a few steps
 * ahead, in one array and without a comparing function. What turns out not to be is sorted as usual.
 */

/** Steps for each item, on average, until it is cheaper to sort as usual. */
const STEPS = 16;

/** In place, and stable. */
export function sortByTime(items: Int32Array, time: Float64Array): void {
  let steps = STEPS * items.length;
  for (let i = 1; i < items.length; i++) {
    const item = items[i]!;
    const at = time[item]!;
    let hole = i;
    while (hole > 0 && time[items[hole - 1]!]! > at) {
      items[hole] = items[hole - 1]!;
      hole--;
    }
    items[hole] = item;
    steps -= i - hole;
    if (steps < 0) {
      items.sort((a, b) => (time[a] === time[b] ? 0 : time[a]! - time[b]!));
      return;
    }
  }
}
