/**
 * Partitions side by side, a stretch at a time. Whoever recorded a history recorded its partitions
 * together, so their operations lie in memory together: taken one partition after the other, each
 * operation is waited for, and of what comes with it nothing is used.
 */

/** Operations of all partitions in a stretch: few enough for a cache, enough of each of a thousand partitions. */
const STRETCH = 32_768;

/** `visit` is given positions in a partition: from the first up to the end of a stretch. */
export function sideBySide(
  lengths: readonly number[],
  visit: (partition: number, first: number, end: number) => void,
): void {
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const stretches = Math.ceil(all / STRETCH);
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (let partition = 0; partition < lengths.length; partition++) {
      const length = lengths[partition]!;
      const first = Math.floor((length * stretch) / stretches);
      const end = Math.floor((length * (stretch + 1)) / stretches);
      if (first < end) visit(partition, first, end);
    }
  }
}
