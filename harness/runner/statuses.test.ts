/** Nodes are asked what they know while a run goes on: what that shows, and that it changes nothing else. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Op } from '../history/op.ts';
import { loadCatalogue, loadPlan, type Plan } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { simulate } from './simulate.ts';
import { ASK_EVERY_MS } from './statuses.ts';

const catalogue = await loadCatalogue();
const PLAN = `
name: asked
system: { name: raft-kv, nodes: 5, options: { snapshotEvery: 50 } }
host: sim
workload: { name: kv, clients: 5, rate: 100/s, keys: 3 }
nemesis:
  - { fault: partition, shape: majorities-ring, every: 2s, for: 1s }
  - { fault: pause, target: leader, every: 1500ms, for: 700ms }
  - { fault: crash, target: minority, every: 2500ms, for: 500ms }
time: 6s
seed: 1
`;

function planOf(...set: string[]): Plan {
  const resolved = resolvePlan(PLAN, 'plan.yaml', { set }, catalogue);
  if ('plan' in resolved) return resolved.plan;
  throw new Error(JSON.stringify(resolved.problems));
}

const isLook = ({ f }: Op): boolean => f === 'node.status';
const BOTH = 'checks=[linearizable, invariants]';

test('a run is the same with it as without, but for what nodes say', async () => {
  for (const seed of [1, 2, 3]) {
    const without = await simulate(planOf(`seed=${seed}`));
    const asked = await simulate(planOf(`seed=${seed}`, BOTH));
    expect(without.history.filter(isLook)).toEqual([]);
    const rest = asked.history.filter((op) => !isLook(op)).map((op, index) => ({ ...op, index }));
    expect(rest).toEqual(without.history);
    expect(asked.schedule).toEqual(without.schedule);
    expect(asked.marks).toEqual(without.marks);
  }
});

test('every node is asked all along, also once all is over; one that is paused or down says nothing', async () => {
  const { history, virtual } = await simulate(planOf(BOTH));
  const looks = history.filter(isLook);
  const rounds = new Map<number, Op[]>();
  for (const look of looks) rounds.set(look.time, [...(rounds.get(look.time) ?? []), look]);
  for (const round of rounds.values())
    expect(round.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5']);
  const times = [...rounds.keys()].map((ns) => ns / 1e6);
  expect(times.length).toBeGreaterThan(virtual / ASK_EVERY_MS - 2);
  for (const [at, time] of times.slice(1, -1).entries()) expect(time - times[at]!).toBe(ASK_EVERY_MS);
  const finalReads = history.findIndex(({ f }) => f === 'final-reads');
  expect(history.findLastIndex(isLook)).toBeGreaterThan(
    history.findLastIndex(({ process }) => typeof process === 'number'),
  );
  expect(history.findLastIndex(isLook)).toBeGreaterThan(finalReads);
  const states = new Map<string, Set<boolean>>();
  for (const { value } of looks) {
    const { state, role } = value as { state: string; role?: string };
    states.set(state, (states.get(state) ?? new Set()).add(role !== undefined));
  }
  expect(Object.fromEntries([...states].map(([state, said]) => [state, [...said]]))).toEqual({
    up: [true],
    paused: [false],
    down: [false],
  });
});

test('a correct system breaks none', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { checks } = await simulate(planOf(`seed=${seed}`, BOTH));
    const invariants = checks.find(({ checker }) => checker === 'invariants');
    expect(invariants?.verdict, JSON.stringify(invariants)).toBe('valid');
  }
});

test('a broken invariant ends the run where clients have seen nothing yet', async () => {
  const file = fileURLToPath(new URL('../../plans/bugs/raft-kv/two-leaders-one-term.yaml', import.meta.url));
  const loaded = loadPlan(file, { host: 'sim', seed: 1, set: [BOTH] }, catalogue);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { verdict, seen, checks, history, virtual } = await simulate(loaded.plan);
  expect(verdict).toBe('invalid');
  expect(seen?.checker).toBe('invariants');
  expect(seen?.description).toMatch(/^one-leader-a-term: n\d and n\d both led term \d+$/);
  expect(isLook(history[seen!.index]!)).toBe(true);
  expect(virtual).toBeLessThan(loaded.plan.time);
  expect(checks.slice(0, 2).map(({ checker, verdict }) => [checker, verdict])).toEqual([
    ['linearizable', 'valid'],
    ['invariants', 'invalid'],
  ]);
});

/** Where nothing but the invariants is looked at. Of GFS's, `one-primary-a-version` has its own tests only. */
test.each([
  ['one-leader-a-term', 'raft-kv/two-leaders-one-term'],
  ['logs-match', 'raft-kv/no-prev-check'],
  ['committed-entries-survive', 'raft-kv/vote-ignores-log'],
  ['one-primary-an-epoch', 'primary-backup/no-test-and-set'],
  ['states-agree', 'primary-backup/state-transfer-loses-tail'],
  ['one-lease-at-a-time', 'gfs/overlapping-leases'],
  ['replicas-equal', 'gfs/secondaries-unordered'],
  ['committed-mutations-survive', 'gfs/ack-before-secondaries'],
])('%s is broken by %s, and that alone is seen', async (invariant, bug) => {
  const file = fileURLToPath(new URL(`../../plans/bugs/${bug}.yaml`, import.meta.url));
  const loaded = loadPlan(file, { host: 'sim', set: ['checks=[invariants]'] }, catalogue);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { seen, history } = await simulate(loaded.plan);
  expect(seen).toMatchObject({ checker: 'invariants' });
  expect(seen!.description.split(':')[0]).toBe(invariant);
  expect(isLook(history[seen!.index]!)).toBe(true);
});
