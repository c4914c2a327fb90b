/** A run that was drawn, and the same listed operation by operation, in simulation. */
import { expect, test } from 'vitest';
import { isClientOp, type Op } from '../history/op.ts';
import { loadCatalogue, stringifyPlan, type Plan } from '../plan/index.ts';
import { resolvePlan } from '../plan/resolve.ts';
import { simulate } from '../runner/simulate.ts';
import { explicitPlan, isExplicit } from './explicit.ts';

const catalogue = await loadCatalogue();

function planOf(text: string): Plan {
  const resolved = resolvePlan(text, 'p.yaml', {}, catalogue);
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.plan;
}

const drawn = (seed: number, nemesis: string): Plan =>
  planOf(`name: drawn
system: { name: raft-kv, nodes: 3 }
host: sim
workload: { name: kv, clients: 4, rate: 60/s, keys: 3, opTimeout: 300ms }
nemesis: [${nemesis}]
time: 5s
seed: ${seed}
require: { okOps: 1 }
`);

const clientOps = (history: readonly Op[]) =>
  history
    .filter(isClientOp)
    .map(({ time, process, type, f, key, value }) => ({ time, process, type, f, key, value }));

const expectSame = async (nemesis: string): Promise<number> => {
  let renumbered = 0;
  for (const seed of [1, 2, 3]) {
    const plan = drawn(seed, nemesis);
    const run = await simulate(plan);
    const explicit = explicitPlan({ plan, run });
    expect(isExplicit(explicit)).toBe(true);
    const [before, after] = [clientOps(run.history), clientOps((await simulate(explicit)).history)];
    expect(after.map(({ time: _, ...op }) => op)).toEqual(before.map(({ time: _, ...op }) => op));
    // What is listed is in whole nanoseconds; what is drawn falls in between.
    for (const [index, { time }] of after.entries()) {
      expect(Math.abs(time - before[index]!.time)).toBeLessThan(1000);
    }
    renumbered += before.filter(({ type }) => type === 'info').length;
  }
  return renumbered;
};

test.each([
  ['by the clock, on a leader', '{ fault: partition, shape: isolate-leader, every: 1500ms, for: 600ms }'],
  [
    'several at once',
    '{ fault: pause, every: 1200ms, for: 400ms }, { fault: crash, every: 900ms, for: 100ms }',
  ],
])('faults %s: the same operations come to the same, at the same times', async (_, nemesis) => {
  // Some clients went on under other numbers, and are still the same clients.
  expect(await expectSame(nemesis)).toBeGreaterThan(0);
});

test('faults that waited for a mark, too', () =>
  expectSame('{ fault: crash, target: trigger, on: leader, every: 1s, for: 100ms }'));

test('it is written to a file and read again as the same plan', async () => {
  const plan = drawn(1, '{ fault: partition, every: 1s, for: 500ms }');
  const explicit = explicitPlan({ plan, run: await simulate(plan) });
  // What is drawn no longer says nothing, and is not written.
  const { rate, ops } = planOf('system: { name: raft-kv }\nworkload: { name: kv }\n').workload;
  expect(planOf(stringifyPlan(explicit))).toEqual({
    ...explicit,
    workload: { ...explicit.workload, rate, ops },
  });
});
