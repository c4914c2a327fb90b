/** Each pass alone: what it takes away, what it keeps, and that what it makes is a plan. */
import { describe, expect, test } from 'vitest';
import { resolvePlan } from '../../plan/resolve.ts';
import { catalogue } from '../../plan/test-catalogue.ts';
import { scheduledFault, stringifyPlan, type Plan } from '../../plan/index.ts';
import { momentsOf, withSchedule } from '../change.ts';
import type { Pass } from '../failing.ts';
import { attempts, cut, failing, operation, pause, planOf, type Fault } from '../testing/oracle.ts';
import { fewerLanes, lessLoad, sooner } from './drawn.ts';
import { fewerFaults, shorterFaults, simplerFaults } from './faults.ts';
import { fewerNodes } from './nodes.ts';
import { fewerClients, fewerKeys, fewerOperations, mergedClients, noGaps, thinned } from './operations.ts';
import { defaultOptions, fewerBugs, lowCounts, onlyCheck, plainNetwork } from './settings.ts';
import { closedGaps, roundTimes, shorterRun } from './times.ts';

const plan = planOf({
  operations: Array.from({ length: 20 }, (_, i) => operation(500 + i * 100, i % 5, `k${(i % 4) + 1}`)),
  schedule: [
    pause(600, 900, 'n1', 'n4'),
    cut(1000, 2000, 'n1-n2', 'n1-n3', 'n4-n5'),
    pause(3000, 4000, 'n2'),
  ],
});

/** The plan that a pass ends with. What it tries must all be plans that could be written to a file. */
async function after(pass: Pass, from: Plan, fails: (plan: Plan) => boolean): Promise<Plan> {
  const { attempt, tried } = attempts(fails);
  const result = await pass.shrink(failing(from), attempt);
  for (const candidate of tried) {
    const resolved = resolvePlan(stringifyPlan({ ...candidate, host: 'process' }), 'p.yaml', {}, catalogue);
    expect('problems' in resolved ? resolved.problems : []).toEqual([]);
  }
  if (result.plan !== from) expect(fails(result.plan)).toBe(true);
  return result.plan;
}

const operations = ({ workload }: Plan) => workload.operations ?? [];
const clients = (of: Plan): number[] => [...new Set(operations(of).map(({ client }) => client))];
const keys = (of: Plan): unknown[] => [...new Set(operations(of).map(({ key }) => key))];
const faults = ({ schedule }: Plan): readonly Fault[] => schedule ?? [];

test.each([
  fewerFaults,
  shorterFaults,
  simplerFaults,
  fewerNodes(1),
  fewerClients,
  fewerKeys,
  fewerOperations,
  mergedClients,
  noGaps,
  thinned,
  plainNetwork,
  fewerBugs,
  closedGaps(),
  shorterRun,
  roundTimes,
  sooner,
  fewerLanes,
  lessLoad,
])('$name: where nothing less fails all stays', async (pass) => {
  expect(await after(pass, plan, () => false)).toBe(plan);
});

describe('operations', () => {
  test('of some clients', async () => {
    const left = await after(fewerClients, plan, (p) =>
      [1, 3].every((client) => clients(p).includes(client)),
    );
    expect(clients(left)).toEqual([1, 3]);
    expect(operations(left)).toHaveLength(8);
  });
  test('on some keys', async () => {
    expect(keys(await after(fewerKeys, plan, (p) => keys(p).includes('k3')))).toEqual(['k3']);
  });
  test('one by one', async () => {
    const needed = ['v700', 'v1500'];
    const left = await after(fewerOperations, plan, (p) =>
      needed.every((value) => operations(p).some((op) => op.value === value)),
    );
    expect(operations(left).map(({ value }) => value)).toEqual(needed);
  });
  test('by fewer clients, who keep their times', async () => {
    const left = await after(mergedClients, plan, (p) => clients(p).length >= 2);
    expect(clients(left)).toHaveLength(2);
    expect(operations(left).map(({ at }) => at)).toEqual(operations(plan).map(({ at }) => at));
  });
  test('every second one, as often as it goes', async () => {
    expect(operations(await after(thinned, plan, (p) => operations(p).length >= 4))).toHaveLength(5);
  });
  test('clients and keys that nobody uses', async () => {
    const few = {
      ...plan,
      workload: { ...plan.workload, operations: [operation(0, 3, 'k2'), operation(1, 7, 'k9')] },
    };
    const left = await after(noGaps, few, () => true);
    expect(left.workload).toMatchObject({ clients: 2, keys: 2 });
    expect(operations(left)).toEqual([operation(0, 0, 'k1'), operation(1, 1, 'k2')]);
    // Where all ten clients matter, the keys alone.
    const keysOnly = await after(noGaps, few, (p) => p.workload.clients === 10);
    expect(keysOnly.workload).toMatchObject({ clients: 10, keys: 2 });
  });
});

describe('faults', () => {
  test('fewer', async () => {
    const left = await after(fewerFaults, plan, (p) => faults(p).some(({ at }) => at === 1000));
    expect(faults(left)).toEqual([faults(plan)[1]]);
  });
  test('shorter, each for itself', async () => {
    const left = await after(shorterFaults, plan, (p) =>
      faults(p).every(({ at, until, effect }) => until - at >= (effect.fault === 'pause' ? 100 : 400)),
    );
    for (const [i, { at, until, effect }] of faults(left).entries()) {
      expect(at).toBe(faults(plan)[i]!.at);
      const needed = effect.fault === 'pause' ? 100 : 400;
      expect(until - at).toBeGreaterThanOrEqual(needed);
      expect(until - at).toBeLessThanOrEqual(needed * 1.34 + 2);
    }
  });
  test('on fewer nodes and links, and then one way of a link', async () => {
    const left = await after(
      simplerFaults,
      plan,
      (p) => JSON.stringify(p.schedule).includes('{"from":"n3","to":"n1"}') && faults(p).length === 3,
    );
    expect(faults(left).map(({ effect }) => ('links' in effect ? effect.links : effect.nodes))).toEqual(
      [['n1'], [{ from: 'n3', to: 'n1' }], ['n2']].map((hit, i) => (i === 0 ? expect.any(Array) : hit)),
    );
    expect(faults(left)[1]!.effect.about).toBe('n3 ↛ n1');
  });
});

describe('nodes', () => {
  test('as few as it takes; what is left is renamed, and faults on nobody are gone', async () => {
    const left = await after(fewerNodes(1), plan, (p) => JSON.stringify(p.schedule).includes('partition'));
    expect(left.system.nodes).toBe(2);
    expect(faults(left).filter(({ effect }) => effect.fault === 'partition')).toHaveLength(1);
    expect(JSON.stringify(faults(left))).not.toMatch(/n[3-9]/);
  });
  test('clocks that are wrong keep their nodes under their new names', async () => {
    const skewed = withSchedule(plan, [
      scheduledFault({
        at: 0,
        until: 1000,
        effect: {
          fault: 'clock',
          about: '',
          nodes: ['n2', 'n5'],
          skews: { n2: { offset: 7, rate: 1 }, n5: { offset: -7, rate: 1 } },
          period: 0,
        },
      }),
    ]);
    const left = await after(fewerNodes(1), skewed, (p) => JSON.stringify(p.schedule).includes('-7'));
    expect(left.system.nodes).toBe(1);
    expect(faults(left)[0]!.effect).toMatchObject({ nodes: ['n1'], skews: { n1: { offset: -7, rate: 1 } } });
  });
  test('never fewer than the system needs', async () => {
    expect((await after(fewerNodes(3), plan, () => true)).system.nodes).toBe(3);
  });
});

describe('times', () => {
  test('gaps are closed, and what is needed of one is kept', async () => {
    const apart = (p: Plan): boolean => {
      const [first, second] = operations(p).map(({ at }) => at);
      return second! - first! >= 100;
    };
    const two = planOf({ operations: [operation(5000, 0, 'k1'), operation(9000, 0, 'k1')], schedule: [] });
    const left = await after(closedGaps(), two, apart);
    const [first, second] = operations(left).map(({ at }) => at);
    expect(first).toBe(0);
    expect(second).toBeGreaterThanOrEqual(100);
    expect(second).toBeLessThan(700);
    expect(left.time).toBe(10_000 - (9000 - second!));
  });
  test('a fault that spans a gap becomes shorter with it', async () => {
    const one = planOf({
      operations: [operation(0, 0, 'k1'), operation(4000, 0, 'k1')],
      schedule: [pause(0, 4000, 'n1')],
    });
    const left = await after(
      closedGaps(),
      one,
      (p) => operations(p).length === 2 && faults(p)[0]!.until >= 1000,
    );
    expect(faults(left)[0]!.until).toBe(operations(left)[1]!.at);
  });
  test('nothing comes before the start, whatever digits a time has', async () => {
    // As operations are drawn: the third of 1 ms has no end.
    for (const rate of [3, 7, 382.3, 91.7]) {
      const drawn = planOf({
        operations: [5, 6, 9].map((nth) => operation((nth * 1000) / rate, 0, 'k1')),
        schedule: [],
      });
      const closed = await after(closedGaps(), { ...drawn, time: 60_000 }, () => true);
      expect(momentsOf(closed)[0]).toBe(0);
      expect(momentsOf(await after(roundTimes, closed, () => true))).toEqual([0]);
    }
  });
  test('only large ones, where only those are asked for', async () => {
    const three = planOf({ operations: [0, 50, 8000].map((at) => operation(at, 0, 'k1')), schedule: [] });
    const left = await after(closedGaps(0.1), three, () => true);
    expect(operations(left).map(({ at }) => at)).toEqual([0, 50, 50]);
  });
  test('the run ends with the last of what is listed, or as soon as it may', async () => {
    expect((await after(shorterRun, plan, () => true)).time).toBe(4001);
    expect((await after(shorterRun, plan, (p) => p.time >= 5000)).time).toBe(5000);
  });
  test('round where that fails', async () => {
    const odd = planOf({
      operations: [operation(123.456, 0, 'k1'), operation(987.654321, 0, 'k1')],
      schedule: [],
    });
    const all = await after(roundTimes, odd, () => true);
    expect(operations(all).map(({ at }) => at)).toEqual([100, 900]);
    const one = await after(roundTimes, odd, (p) => operations(p)[0]!.at > 110);
    expect(operations(one).map(({ at }) => at)).toEqual([120, 900]);
  });
});

describe('settings', () => {
  const options = catalogue.systems['raft-kv']!.options;
  const set = (values: Plan['system']['options']): Plan => ({
    ...plan,
    system: { ...plan.system, options: { ...plan.system.options, ...values } },
  });
  test('options at their defaults, but for those that matter', async () => {
    const odd = set({ electionTimeout: 80, snapshotEvery: 50, preVote: false });
    const left = await after(defaultOptions(options), odd, (p) => p.system.options['snapshotEvery'] === 50);
    expect(left.system.options).toEqual({ electionTimeout: 150, snapshotEvery: 50, preVote: true });
  });
  test('counts that were set, as low as they go; those at their default stay', async () => {
    const low = await after(
      lowCounts(options),
      set({ snapshotEvery: 50 }),
      (p) => Number(p.system.options['snapshotEvery']) >= 10,
    );
    expect(low.system.options['snapshotEvery']).toBe(12);
    const usual = set({ snapshotEvery: 1000 });
    expect(await after(lowCounts(options), usual, () => true)).toBe(usual);
  });
  test('one bug always stays', async () => {
    const two = { ...plan, system: { ...plan.system, bugs: ['stale-read', 'vote-not-persisted'] } };
    expect((await after(fewerBugs, two, () => true)).system.bugs).toHaveLength(1);
    expect(await after(fewerBugs, plan, () => true)).toBe(plan);
  });
  test('a network without surprises, as far as it fails there', async () => {
    const steady = { min: 1, max: 1 };
    expect((await after(plainNetwork, plan, () => true)).sim).toEqual({
      latency: steady,
      loss: 0,
      duplicate: 0,
      reorder: 0,
      fsync: steady,
    });
    expect((await after(plainNetwork, plan, (p) => p.sim.reorder > 0)).sim).toMatchObject({
      loss: 0,
      reorder: 0.1,
      latency: steady,
    });
  });
  test('the check that objects, alone', async () => {
    const both: Plan = { ...plan, checks: ['linearizable', 'sequential'] };
    expect((await after(onlyCheck('sequential'), both, () => true)).checks).toEqual(['sequential']);
    expect(await after(onlyCheck('stuck'), both, () => true)).toBe(both);
  });
});

describe('drawn', () => {
  const { operations: _, ...workload } = plan.workload;
  const timing = { kind: 'always' } as const;
  const drawn: Plan = {
    ...planOf(),
    workload: { ...workload, rate: 800, clients: 8, keys: 4 },
    nemesis: [
      { fault: 'pause', target: { node: 'n5' }, timing },
      { fault: 'crash', target: 'one', timing },
    ],
    time: 32_000,
  };
  test('another seed fails in a sixteenth of the time', async () => {
    const left = await after(sooner, drawn, (p) => p.seed === 21 && p.time >= 2000);
    expect([left.seed, left.time]).toEqual([21, 2000]);
  });
  test('half the load, and half of that', async () => {
    const left = await after(
      lessLoad,
      drawn,
      ({ workload: { rate, clients, keys } }) => rate * clients * keys >= 800,
    );
    const { rate, clients, keys } = left.workload;
    expect([rate, clients, keys]).toEqual([25, 8, 4]);
  });
  test('lanes of the nemesis', async () => {
    const left = await after(fewerLanes, drawn, (p) => p.nemesis.some(({ fault }) => fault === 'crash'));
    expect(left.nemesis.map(({ fault }) => fault)).toEqual(['crash']);
  });
  test('fewer nodes: a lane that is aimed at one of them goes with it, or follows its name', async () => {
    const left = await after(fewerNodes(1), drawn, (p) => p.nemesis.length === 2);
    expect(left.system.nodes).toBe(1);
    expect(left.nemesis[0]).toMatchObject({ target: { node: 'n1' } });
  });
});
