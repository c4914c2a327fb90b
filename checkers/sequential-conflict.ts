/**
 * Where no order exists: which answers contradict each other? Leaving out an operation that changes
 * nothing only makes more orders possible. So there is a set of such operations that has no order with
 * all that do change something, and has one as soon as any of its own is left out; for most histories it
 * is small, and reading it is reading the proof.
 */

/**
 * A smallest set of `observations`, in the sense that none of it can be left out, that still contradict
 * each other. All of them must, and so must whatever contains some that do. Asks about log n times for
 * each that is kept; undefined when the answer is.
 */
export function smallestConflict<T>(
  observations: readonly T[],
  contradict: (kept: ReadonlySet<T>) => boolean | undefined,
): readonly T[] | undefined {
  const kept: T[] = [];
  let candidates = observations;
  for (;;) {
    const enough = contradict(new Set(kept));
    if (enough === undefined) return undefined;
    if (enough || candidates.length === 0) return kept;
    // So many of the candidates are enough; without the last of them they are not, so it is kept.
    let [low, high] = [1, candidates.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const fewer = contradict(new Set([...kept, ...candidates.slice(0, middle)]));
      if (fewer === undefined) return undefined;
      if (fewer) high = middle;
      else low = middle + 1;
    }
    kept.push(candidates[high - 1]!);
    candidates = candidates.slice(0, high - 1);
  }
}
