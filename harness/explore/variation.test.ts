/** Variations: the same for the same seed, always a plan without mistakes, within what the plan says. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems, stringifyPlan, type Plan } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { catalogue, planFrom, SMALL } from './fixtures/plans.ts';
import { spaceOf, Unexplorable } from './space.ts';
import { drawVariation, mutate, planOf } from './variation.ts';

const seeds = fc.nat(2 ** 32 - 1);
const BASES = {
  'a plan that says nothing': SMALL,
  'its own faults': `${SMALL}nemesis: [{ fault: partition, shape: one, every: 3s, for: 1s }, { fault: pause, target: n3, every: 4s }]\n`,
  'as fast as possible': SMALL.replace('200/s', 'max'),
  register: SMALL.replace('name: kv', 'name: register'),
  'one node': `${SMALL}explore: { nodes: 1, faults: all, lanes: { min: 0, max: 8 } }\n`,
  'short runs': `${SMALL}explore: { time: [100ms, 1s], nodes: [2, 9], faults: all, lanes: 6 }\n`,
  everything: `${SMALL}
require: { okOps: 500, marks: [leader] }
explore:
  nodes: { min: 1, max: 9 }
  clients: { min: 1, max: 50 }
  rate: { min: 0.5/s, max: 2000/s }
  keys: [1, 2, 100]
  ops: { get: [1, 5], append: { min: 0, max: 10 }, put: 0 }
  opTimeout: { min: 10ms, max: 3s }
  time: { min: 1s, max: 60s }
  options:
    snapshotEvery: [10, 50, 10000]
    preVote: [true, false]
    electionTimeout: { min: 100ms, max: 400ms }
    checkQuorum: true
  faults: [partition, crash, pause]
  lanes: { min: 1, max: 9 }
  triggers: [leader, voted]
`,
};

function resolved(plan: Plan): Plan {
  const again = resolvePlan(stringifyPlan(plan), 'p.yaml', {}, catalogue);
  if ('problems' in again) throw new Error(`${formatProblems(again.problems)}\n${stringifyPlan(plan)}`);
  return again.plan;
}

describe.each(Object.entries(BASES))('%s', (_, text) => {
  const space = spaceOf(planFrom(text), catalogue);

  test('every variation is a plan that can be saved, read again and run', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const plan = planOf(space, drawVariation(space, seed), seed);
        expect(plan.host).toBe('sim');
        expect(plan.seed).toBe(seed);
        expect(resolved(plan)).toEqual(plan);
      }),
      { numRuns: 40 },
    );
  });

  test('so is every mutation, and a mutation of that', () => {
    fc.assert(
      fc.property(seeds, seeds, seeds, (parent, child, grandchild) => {
        const one = mutate(space, drawVariation(space, parent), child, 'figure-8');
        const two = planOf(space, mutate(space, one, grandchild), grandchild);
        expect(resolved(two)).toEqual(two);
      }),
      { numRuns: 40 },
    );
  });

  test('the same seed draws the same', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const again = spaceOf(planFrom(text), catalogue);
        expect(drawVariation(again, seed)).toEqual(drawVariation(space, seed));
      }),
      { numRuns: 20 },
    );
  });
});

const drawn = (text: string, count = 400) => {
  const space = spaceOf(planFrom(text), catalogue);
  return Array.from({ length: count }, (_, seed) => drawVariation(space, seed));
};
const distinct = <T>(values: readonly T[]): number =>
  new Set(values.map((value) => JSON.stringify(value))).size;

describe('what varies', () => {
  test('within ranges and lists, ends included, and nothing else', () => {
    const all = drawn(BASES.everything);
    const within = (values: readonly number[], min: number, max: number): void => {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(min);
      expect(Math.max(...values)).toBeLessThanOrEqual(max);
    };
    within(
      all.map(({ nodes }) => nodes),
      1,
      9,
    );
    within(
      all.map(({ rate }) => rate),
      0.5,
      2000,
    );
    within(
      all.map(({ options }) => Number(options['electionTimeout'])),
      100,
      400,
    );
    within(
      all.map(({ nemesis }) => nemesis.length),
      1,
      9,
    );
    expect(new Set(all.map(({ nodes }) => nodes)).size).toBe(9);
    expect(new Set(all.map(({ keys }) => keys))).toEqual(new Set([1, 2, 100]));
    expect(new Set(all.map(({ options }) => options['snapshotEvery']))).toEqual(new Set([10, 50, 10000]));
    expect(new Set(all.map(({ options }) => options['preVote']))).toEqual(new Set([true, false]));
    expect(new Set(all.map(({ options }) => options['checkQuorum']))).toEqual(new Set([true]));
    expect(new Set(all.flatMap(({ nemesis }) => nemesis.map(({ fault }) => fault)))).toEqual(
      new Set(['partition', 'crash', 'pause']),
    );
    const marks = all.flatMap(({ nemesis }) =>
      nemesis.flatMap(({ timing }) => (timing.kind === 'mark' ? [timing.mark] : [])),
    );
    expect(new Set(marks)).toEqual(new Set(['leader', 'voted']));
    expect(all.some(({ ops }) => 'put' in ops)).toBe(false);
  });

  test('by orders of magnitude: from 1 to 100 as often as from 100 to 10,000', () => {
    const rates = drawn(`${SMALL}explore: { rate: { min: 1/s, max: 10000/s } }\n`, 2000).map(
      ({ rate }) => rate,
    );
    const below = rates.filter((rate) => rate < 100).length;
    // Half of the orders of magnitude; seven standard deviations.
    expect(Math.abs(below - 1000)).toBeLessThan(160);
  });

  test('by default: sizes, clients, rate, keys, faults, functions; not what could make a correct system fail', () => {
    const all = drawn(SMALL);
    expect(new Set(all.map(({ nodes }) => nodes))).toEqual(new Set([3, 4, 5]));
    for (const part of ['clients', 'rate', 'keys', 'opTimeout', 'ops', 'nemesis'] as const)
      expect(distinct(all.map((one) => one[part])), part).toBeGreaterThan(3);
    expect(new Set(all.map(({ time }) => time))).toEqual(new Set([10_000]));
    expect(distinct(all.map(({ options }) => options))).toBe(1);
    const { sim } = catalogue.hosts;
    const families = (sim.available ? sim.faults : []).filter((name) => name !== 'flip');
    expect(new Set(all.flatMap(({ nemesis }) => nemesis.map(({ fault }) => fault)))).toEqual(
      new Set(families),
    );
    // What nobody reads is never found wrong, and what nobody writes neither.
    for (const { ops } of all) {
      expect(ops['get']).toBeGreaterThan(0);
      expect(Object.keys(ops).length).toBeGreaterThan(1);
    }
  });

  test("the plan's own faults stay as they are", () => {
    const own = planFrom(BASES['its own faults']).nemesis;
    for (const { nemesis } of drawn(BASES['its own faults'], 50)) expect(nemesis).toEqual(own);
  });

  test('unless it says what to draw', () => {
    const text = `${BASES['its own faults']}explore: { faults: [crash] }\n`;
    const all = drawn(text, 50).flatMap(({ nemesis }) => nemesis.map(({ fault }) => fault));
    expect(new Set(all)).toEqual(new Set(['crash']));
  });

  test('a plan whose faults do not fit what it explores is refused', () => {
    const text = `${BASES['its own faults']}explore: { nodes: [2, 5] }\n`;
    expect(() => spaceOf(planFrom(text), catalogue)).toThrow(Unexplorable);
  });

  test('one part of a seed does not depend on what another part is drawn from', () => {
    const [a, b] = [drawn(SMALL, 50), drawn(`${SMALL}explore: { keys: 7, clients: [1, 2] }\n`, 50)];
    expect(b.map(({ rate, ops, nemesis }) => ({ rate, ops, nemesis }))).toEqual(
      a.map(({ rate, ops, nemesis }) => ({ rate, ops, nemesis })),
    );
  });
});

describe('what a run must have shown', () => {
  const okOps = (text: string, rate: number, time: number): number => {
    const space = spaceOf(planFrom(text), catalogue);
    return planOf(space, { ...drawVariation(space, 1), rate, time }, 1).require.okOps;
  };
  const text = `${SMALL}require: { okOps: 400 }\n`; // of 2000 that are invoked

  test('is in proportion to what is invoked, and never more than the plan says', () => {
    expect(okOps(text, 200, 10_000)).toBe(400);
    expect(okOps(text, 50, 10_000)).toBe(100);
    expect(okOps(text, 50, 5_000)).toBe(50);
    expect(okOps(text, 2000, 10_000)).toBe(400);
    expect(okOps(text, 0.01, 1000)).toBe(1);
  });
});

describe('a mutation', () => {
  test('keeps most of its parent', () => {
    const space = spaceOf(planFrom(BASES.everything), catalogue);
    for (let seed = 0; seed < 100; seed++) {
      const parent = drawVariation(space, seed);
      const child = mutate(space, parent, seed + 1000);
      const changed = (Object.keys(parent) as (keyof typeof parent)[]).filter(
        (part) => JSON.stringify(parent[part]) !== JSON.stringify(child[part]),
      );
      // One to three parts, and the faults where they no longer fit.
      expect(changed.length).toBeLessThanOrEqual(4);
    }
  });
});
