/** The word that was probably meant. */

/** Longer words than this are nobody's slip of the finger. */
const MAX_LENGTH = 60;

/**
 * The candidate with the fewest slips (a letter too many, missing, wrong, or two swapped: Damerau's four)
 * if a third of the letters or less is affected; else the only candidate that contains the word.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > MAX_LENGTH) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const slips = distance(lower, candidate.toLowerCase());
    const longer = Math.max(word.length, candidate.length);
    if (slips < fewest && slips < longer && slips <= Math.max(1, Math.floor(longer / 3))) {
      best = candidate;
      fewest = slips;
    }
  }
  if (best !== undefined || word.length < 3) return best;
  const containing = candidates.filter((candidate) => candidate.toLowerCase().includes(lower));
  return containing.length === 1 ? containing[0] : undefined;
}

/** Optimal string alignment: no piece is edited twice. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
