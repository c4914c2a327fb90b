import { describe, expect, test } from 'vitest';
import type { Plan } from '../plan/index.ts';
import type { Simulated } from '../runner/simulate.ts';
import { sizeOf } from './failing.ts';
import { fewerFaults } from './passes/faults.ts';
import { fewerOperations, noGaps } from './passes/operations.ts';
import { search, type Found, type Progress, type SearchOptions } from './search.ts';
import { cut, failing, operation, pause, planOf, runOf } from './testing/oracle.ts';

const order = { checker: 'linearizable', kinds: ['order'] };

/** Twenty operations by ten clients on as many keys, and three faults. */
const start = planOf({
  operations: Array.from({ length: 20 }, (_, i) => operation(i * 100, i % 10, `k${(i % 10) + 1}`)),
  schedule: [pause(100, 500, 'n1'), cut(1000, 2000, 'n1-n2', 'n1-n3'), pause(3000, 4000, 'n2')],
});

const has = (plan: Plan, value: string): boolean =>
  (plan.workload.operations ?? []).some((op) => op.value === value);
const hasCut = (plan: Plan): boolean =>
  (plan.schedule ?? []).some(({ effect }) => effect.fault === 'partition');

interface Options extends Partial<Omit<SearchOptions, 'simulate'>> {
  judge(plan: Plan): Simulated;
}

async function shrunk(from: Plan, { judge, ...options }: Options): Promise<Found & { runs: number }> {
  let runs = 0;
  const found = await search(failing(from), order, {
    passes: [fewerFaults, fewerOperations, noGaps],
    goOn: () => true,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
    simulate: (plan) => {
      runs++;
      return Promise.resolve(judge(plan));
    },
  });
  return { ...found, runs };
}

const verdict = (plan: Plan, fails: boolean): Simulated => runOf(plan, fails ? 'invalid' : 'valid');
const needsThree = (plan: Plan): boolean => has(plan, 'v300') && has(plan, 'v1700') && hasCut(plan);

test('two operations and a fault that are needed are all that is left', async () => {
  const found = await shrunk(start, { judge: (plan) => verdict(plan, needsThree(plan)) });
  const { plan } = found.smallest;
  expect(plan.workload.operations).toEqual([operation(300, 0, 'k1'), operation(1700, 1, 'k2')]);
  expect(plan.schedule).toEqual([cut(1000, 2000, 'n1-n2', 'n1-n3')]);
  expect(plan.workload).toMatchObject({ clients: 2, keys: 2 });
  expect(found.minimal).toBe(true);
  expect(found.tried).toBe(found.runs);
});

test('the steps lead from the first to the last, and say what each took', async () => {
  const { steps, smallest, tried } = await shrunk(start, {
    judge: (plan) => verdict(plan, needsThree(plan)),
  });
  expect(steps.map(({ pass }) => pass)).toEqual([
    'fewer faults',
    'fewer operations',
    'unused clients and keys',
  ]);
  expect(steps[0]!.from).toEqual(sizeOf(failing(start)));
  expect(steps.at(-1)!.to).toEqual(sizeOf(smallest));
  for (const [i, step] of steps.slice(1).entries()) expect(step.from).toEqual(steps[i]!.to);
  for (const step of steps) expect(step.failed).toBeGreaterThan(0);
  expect(steps.reduce((sum, step) => sum + step.tried, 0)).toBeLessThanOrEqual(tried);
});

test('what one pass removes makes room for another: rounds go on until none gets any more', async () => {
  // The cut matters as long as v0 is there, and v0 for as long as the pause of n2 is.
  const judge = (plan: Plan): Simulated =>
    verdict(
      plan,
      has(plan, 'v500') &&
        (!has(plan, 'v0') || hasCut(plan)) &&
        (has(plan, 'v0') || !JSON.stringify(plan.schedule).includes('"n9"')),
    );
  const { smallest } = await shrunk(start, { judge });
  expect(smallest.plan.schedule).toEqual([]);
  expect(smallest.plan.workload.operations).toHaveLength(1);
});

describe('another draw', () => {
  /** Fails only where the draw of the network is `lucky`, or for as long as everything is there. */
  const flaky = (lucky: (draw: number) => boolean) => (plan: Plan) =>
    verdict(
      plan,
      needsThree(plan) &&
        ((plan.workload.operations?.length === 20 && plan.schedule?.length === 3) ||
          lucky(plan.seeds.network ?? 0)),
    );

  test('finds what a candidate lost by its draw, and is kept in the plan', async () => {
    const { smallest } = await shrunk(start, { judge: flaky((draw) => draw === 7) });
    expect(smallest.plan.workload.operations).toHaveLength(2);
    expect(smallest.plan.seeds.network).toBe(7);
  });

  test('is not looked for where the first will do', async () => {
    const { smallest } = await shrunk(start, { judge: flaky((draw) => draw === 0) });
    expect(smallest.plan.seeds).toEqual({});
  });

  test('that does not help leaves everything as it was', async () => {
    const { smallest, minimal, steps } = await shrunk(start, { judge: flaky(() => false) });
    expect(smallest.plan).toEqual(start);
    expect([minimal, steps]).toEqual([true, []]);
  });

  test('no candidate is run twice under the same draws', async () => {
    const seen = new Set<string>();
    await shrunk(start, {
      judge: (plan) => {
        const key = JSON.stringify(plan);
        const fails = plan === start || (needsThree(plan) && plan.seeds.network === 3);
        if (!fails) expect(seen, 'tried before, and did not fail').not.toContain(key);
        seen.add(key);
        return verdict(plan, fails);
      },
    });
    expect(seen.size).toBeGreaterThan(10);
  });
});

test('a violation of another kind is none, and unknown is none', async () => {
  const { smallest } = await shrunk(start, {
    judge: (plan) => {
      if (needsThree(plan)) return runOf(plan, 'invalid');
      return (plan.workload.operations?.length ?? 0) % 2 === 0
        ? runOf(plan, 'invalid', 'stuck')
        : runOf(plan, 'unknown');
    },
  });
  expect(needsThree(smallest.plan)).toBe(true);
  expect(smallest.plan.workload.operations).toHaveLength(2);
});

test('when the time is over the smallest so far is kept, and it is not called minimal', async () => {
  let left = 6;
  const { smallest, minimal, runs } = await shrunk(start, {
    judge: (plan) => verdict(plan, needsThree(plan)),
    goOn: () => left-- > 0,
  });
  expect(minimal).toBe(false);
  expect(runs).toBeLessThanOrEqual(6);
  expect(needsThree(smallest.plan)).toBe(true);
  expect(smallest.plan.schedule!.length).toBeLessThan(3);
});

test('Ctrl-C in the middle of a run keeps the smallest so far, whatever that run came to', async () => {
  const stop = new AbortController();
  let runs = 0;
  const { smallest } = await shrunk(start, {
    signal: stop.signal,
    judge: (plan) => {
      if (++runs === 5) stop.abort();
      return verdict(plan, runs === 5 || needsThree(plan));
    },
  });
  expect(runs).toBe(5);
  expect(needsThree(smallest.plan)).toBe(true);
});

test('the same start gives the same result; progress counts up and never grows', async () => {
  const once = async (): Promise<[Plan, Progress[]]> => {
    const progress: Progress[] = [];
    const { smallest } = await shrunk(start, {
      judge: (plan) => verdict(plan, needsThree(plan)),
      onProgress: (one) => progress.push(one),
    });
    return [smallest.plan, progress];
  };
  const [first, second] = [await once(), await once()];
  expect(first).toEqual(second);
  const ops = first[1].map(({ size }) => size.ops);
  expect(ops).toEqual([...ops].sort((a, b) => b - a));
  expect(first[1].map(({ tried }) => tried)).toEqual(first[1].map((_, i) => i + 1));
});
