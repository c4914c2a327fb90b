/** Fewer faults, shorter ones, and such as hit fewer nodes and links. */
import type { Link } from '../../../nemesis/host.ts';
import { pairedLinks, type Plan } from '../../plan/index.ts';
import { withEffect, withSchedule, type Fault } from '../change.ts';
import type { Failing, Pass } from '../failing.ts';
import { fewer, firstOf } from './fewer.ts';

/** Below that nobody is helped by a shorter fault, ms. */
const SHORT = 10;

const listed = ({ schedule }: Plan): readonly Fault[] => schedule ?? [];

export const fewerFaults: Pass = {
  name: 'fewer faults',
  shrink: (from, attempt) => fewer(from, listed(from.plan), attempt, withSchedule),
};

export const shorterFaults: Pass = {
  name: 'shorter faults',
  shrink: (from, attempt) =>
    each(from, async (best, index) => {
      for (;;) {
        const fault = listed(best.plan)[index]!;
        const length = fault.until - fault.at;
        if (length <= SHORT) return best;
        const lengths = [SHORT, length / 4, length / 2, length * 0.75].filter((ms) => ms < length - 1);
        const candidates = lengths.map((ms) =>
          replaced(best.plan, index, { ...fault, until: fault.at + Math.ceil(ms) }),
        );
        const shorter = await firstOf(best, candidates, attempt);
        if (shorter === undefined) return best;
        best = shorter;
      }
    }),
};

/** What is hit, as few of it as will do: both ways of a link at once, then nodes and links one by one. */
export const simplerFaults: Pass = {
  name: 'simpler faults',
  shrink: (from, attempt) =>
    each(from, async (best, index) => {
      const { effect } = listed(best.plan)[index]!;
      if (!('links' in effect)) {
        return fewer(
          best,
          effect.nodes,
          attempt,
          (plan, nodes) => changed(plan, index, { ...effect, nodes }),
          ONE,
        );
      }
      const put = (plan: Plan, links: readonly Link[]): Plan => changed(plan, index, { ...effect, links });
      const pairs = await fewer(
        best,
        pairedLinks(effect.links),
        attempt,
        (plan, kept) => put(plan, kept.flat()),
        ONE,
      );
      const left = listed(pairs.plan)[index]!.effect;
      return 'links' in left ? fewer(pairs, left.links, attempt, put, ONE) : pairs;
    }),
};

/** A fault that hits nothing is none. */
const ONE = { atLeast: 1 };

/** One fault after the other, from the last: what it gets is what became of those behind it. */
async function each(
  from: Failing,
  shrink: (best: Failing, index: number) => Promise<Failing>,
): Promise<Failing> {
  let best = from;
  for (let index = listed(from.plan).length - 1; index >= 0; index--) best = await shrink(best, index);
  return best;
}

function replaced(plan: Plan, index: number, fault: Fault): Plan {
  return withSchedule(
    plan,
    listed(plan).map((other, at) => (at === index ? fault : other)),
  );
}

function changed(plan: Plan, index: number, effect: Fault['effect']): Plan {
  return replaced(plan, index, withEffect(listed(plan)[index]!, effect));
}
