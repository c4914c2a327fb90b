/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002): the
 * items of a list without which something still fails, in large pieces first and one by one at last. The
 * result is minimal in that none of its items can be left out alone, as far as `fails` was honest.
 *
 * With `finest` no smaller pieces are tried, and the result is minimal in no such sense.
 *
 * Pieces are tried from the end: what comes later in a run changes nothing of what came before it.
 */
export async function ddmin<T>(
  items: readonly T[],
  fails: (kept: readonly T[]) => Promise<boolean>,
  { finest = 1 } = {},
): Promise<readonly T[]> {
  if (items.length === 0 || (await fails([]))) return [];
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= finest && kept.length > 1;) {
    let removed = false;
    for (let end = kept.length; end > 0; end -= size) {
      const rest = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      if (rest.length === 0 || !(await fails(rest))) continue;
      kept = rest;
      removed = true;
    }
    // What one removal made superfluous is only seen by going through the rest once more.
    if (size > 1 || !removed) size = Math.floor(size / 2);
  }
  return kept;
}
