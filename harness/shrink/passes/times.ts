/** Less waiting: what happens comes as early as it may, at round times, and the run ends with it. */
import { nanoseconds, type Plan } from '../../plan/index.ts';
import { earlier, fits, momentsOf, withTimes } from '../change.ts';
import type { Failing, Pass } from '../failing.ts';
import { firstOf } from './fewer.ts';

/** A gap that is not worth an attempt, ms. */
const SMALL = 5;
/** Times are rounded to so many ms, the coarsest first. */
const GRIDS = [100, 50, 10, 1];
/** How much longer a run lasts than the last that is listed, ms. */
const MARGINS = [1, 100, 1000];

/** The run was ended for the violation, so what it would have lasted beyond that is for nothing. */
export const endsWithViolation: Pass = {
  name: 'what came after the violation',
  async shrink(from, attempt) {
    const time = Math.ceil(from.run.virtual) + 1;
    if (time > from.plan.time - SMALL || momentsOf(from.plan).some((moment) => moment >= time)) return from;
    return (await attempt({ ...from.plan, time })) ?? from;
  },
};

/**
 * Between any two moments, and before the first: nothing if that fails, else half, and half of that. Only gaps
 * that are at least this share of the run.
 */
export const closedGaps = (least = 0): Pass => ({
  name: 'gaps',
  async shrink(from, attempt) {
    let best = from;
    for (let index = 0; index < momentsOf(best.plan).length; index++) {
      for (let share = 1; share >= 1 / 8;) {
        const moments = momentsOf(best.plan);
        const moment = moments[index];
        if (moment === undefined) break;
        const before = index === 0 ? 0 : moments[index - 1]!;
        const gap = moment - before;
        if (gap * share < Math.max(SMALL, least * best.plan.time)) break;
        const to = share === 1 ? before : Math.max(before, nanoseconds(moment - gap * share));
        const candidate = earlier(best.plan, moment, to);
        const closer = fits(candidate) ? await attempt(candidate) : undefined;
        if (closer === undefined) share /= 2;
        else best = closer;
        // Two moments that have become one are one: what follows has moved up.
        if (closer !== undefined && share === 1) {
          index--;
          break;
        }
      }
    }
    return best;
  },
});

/** The run lasts as long as what is listed. */
export const shorterRun: Pass = {
  name: 'a shorter run',
  async shrink(from, attempt) {
    let best = from;
    for (;;) {
      const { plan } = best;
      const end = Math.ceil(momentsOf(plan).at(-1) ?? 0);
      const lengths = [...MARGINS.map((margin) => end + margin), Math.ceil((end + plan.time) / 2)];
      const shorter = lengths.filter((time) => time < plan.time - SMALL).sort((a, b) => a - b);
      const next = await firstOf(
        best,
        shorter.map((time) => ({ ...plan, time })),
        attempt,
      );
      if (next === undefined) return best;
      best = next;
    }
  },
};

/** All of them at once on one grid, else each on the coarsest that it can be on. */
export const roundTimes: Pass = {
  name: 'round times',
  async shrink(from, attempt) {
    const isNew = (candidate: Plan, plan: Plan): boolean =>
      JSON.stringify(candidate) !== JSON.stringify(plan);
    const rounded = GRIDS.map((grid) => withTimes(from.plan, (time) => down(time, grid))).filter(
      (candidate) => isNew(candidate, from.plan) && fits(candidate),
    );
    let best: Failing = (await firstOf(from, rounded, attempt)) ?? from;
    for (const moment of momentsOf(best.plan)) {
      const { plan } = best;
      const candidates = GRIDS.map((grid) =>
        withTimes(plan, (time) => (time === moment ? down(time, grid) : time)),
      ).filter((candidate) => isNew(candidate, plan) && fits(candidate));
      best = (await firstOf(best, candidates, attempt)) ?? best;
    }
    return best;
  },
};

function down(time: number, grid: number): number {
  return Math.floor(time / grid) * grid;
}
