/** Fewer nodes. Two at a time first: of five a majority is three, of four as well, and of three it is two. */
import { withoutNodes } from '../change.ts';
import type { Failing, Pass } from '../failing.ts';
import { firstOf } from './fewer.ts';

/** `least` nodes are what the system needs. */
export const fewerNodes = (least: number): Pass => ({
  name: 'fewer nodes',
  async shrink(from, attempt) {
    for (let best: Failing = from; ;) {
      const { nodes } = best.plan.system;
      const all = Array.from({ length: nodes }, (_, i) => `n${nodes - i}`);
      const gone = [
        ...(nodes - 2 >= least ? all.flatMap((one, i) => all.slice(i + 1).map((other) => [one, other])) : []),
        ...(nodes - 1 >= least ? all.map((one) => [one]) : []),
      ];
      const { plan } = best;
      const next = await firstOf(
        best,
        gone.map((names) => withoutNodes(plan, names)),
        attempt,
      );
      if (next === undefined) return best;
      best = next;
    }
  },
});
