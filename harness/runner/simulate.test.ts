/** Simulated runs, whole: what is fixed by the seed, what is found, and what stands still. */
import { expect, test } from 'vitest';
import { loadCatalogue, type Plan } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { simulate } from './simulate.ts';

const catalogue = await loadCatalogue();
const PLAN = `
name: simulated
system: { name: raft-kv, nodes: 5 }
host: sim
workload: { name: kv, clients: 5, rate: 100/s, keys: 3 }
nemesis:
  - { fault: partition, shape: majorities-ring, every: 2s, for: 1s }
  - { fault: pause, target: leader, every: 1500ms, for: 700ms }
  - { fault: crash, target: minority, every: 2500ms, for: 500ms }
time: 5s
seed: 1
require: { okOps: 100 }
`;

function planOf(...set: string[]): Plan {
  const resolved = resolvePlan(PLAN, 'plan.yaml', { set }, catalogue);
  if ('plan' in resolved) return resolved.plan;
  throw new Error(JSON.stringify(resolved.problems));
}

const textOf = (ops: readonly unknown[]): string => ops.map((op) => JSON.stringify(op)).join('\n');

test('the same plan and seed give the same run; another seed another', async () => {
  const [first, again, other] = [
    await simulate(planOf()),
    await simulate(planOf()),
    await simulate(planOf('seed=2')),
  ];
  expect(textOf(again.history)).toBe(textOf(first.history));
  expect(again.schedule).toEqual(first.schedule);
  expect(again.marks).toEqual(first.marks);
  expect(textOf(other.history)).not.toBe(textOf(first.history));
});

test('a correct system under all of it is valid', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { verdict, checks, schedule } = await simulate(planOf(`seed=${seed}`));
    expect(verdict, JSON.stringify(checks)).toBe('valid');
    expect(schedule.length).toBeGreaterThan(3);
  }
});

test('another seed for the network alone leaves the operations and the faults as they were', async () => {
  const quiet = 'nemesis=[{ fault: crash, target: n2, every: 2s, for: 500ms }]';
  const [one, two] = [await simulate(planOf(quiet)), await simulate(planOf(quiet, 'seeds.network=7'))];
  const asked = ({ history }: typeof one): unknown[] =>
    history.flatMap(({ type, f, key, process }) =>
      type === 'invoke' && typeof process === 'number' ? [[f, key]] : [],
    );
  const common = Math.min(asked(one).length, asked(two).length, 300);
  expect(asked(two).slice(0, common)).toEqual(asked(one).slice(0, common));
  expect(two.schedule).toEqual(one.schedule);
  expect(textOf(two.history)).not.toBe(textOf(one.history));
});

test('a seeded bug is found, and the run ends there', async () => {
  const found: boolean[] = [];
  for (let seed = 1; seed <= 20 && !found.includes(true); seed++) {
    const { verdict, seen } = await simulate(
      planOf(`seed=${seed}`, 'system.bugs=[ack-before-commit]', 'time=20s'),
    );
    found.push(verdict === 'invalid' && seen !== undefined);
  }
  expect(found).toContain(true);
});
