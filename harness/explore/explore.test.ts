/** The loop over seeds, with runners that answer at once or when they are told to. */
import { describe, expect, test } from 'vitest';
import type { Plan } from '../plan/index.ts';
import { AHEAD, explore, type ExploreOptions, type SeedRunner } from './explore.ts';
import { catalogue, planFrom, SMALL } from './fixtures/plans.ts';
import type { Judged, SeedOutcome } from './outcome.ts';
import { spaceOf } from './space.ts';

const space = spaceOf(planFrom(SMALL), catalogue);

const judged = (more: Partial<Judged> = {}): Judged => ({
  kind: 'judged',
  verdict: 'valid',
  problems: [],
  ops: 10,
  marks: {},
  virtual: 1000,
  events: 100,
  ...more,
});
const invalid = (summary: string, checker = 'linearizable'): Judged =>
  judged({ verdict: 'invalid', problems: [{ checker, verdict: 'invalid', summary }] });

interface Ran {
  readonly plans: Plan[];
  readonly options: ExploreOptions;
}

function setting(
  answer: (plan: Plan) => SeedOutcome | Promise<SeedOutcome>,
  more: Partial<ExploreOptions> = {},
): Ran {
  const plans: Plan[] = [];
  const runner: SeedRunner = {
    async run(plan, signal) {
      plans.push(plan);
      const outcome = await answer(plan);
      return signal.aborted ? { kind: 'aborted' } : outcome;
    },
  };
  const options = {
    runner,
    first: 100,
    seeds: 50,
    duration: Infinity,
    jobs: 4,
    steer: true,
    keepGoing: false,
    signal: new AbortController().signal,
    marks: { leader: 'was elected', never: 'is never reached' },
    save: ({ seed }: Plan) => `${seed}.yaml`,
    ...more,
  };
  return { plans, options };
}

test('every seed once, each with its own variation', async () => {
  const { plans, options } = setting(() => judged());
  const { tally, failures } = await explore(space, options);
  expect(plans.map(({ seed }) => seed).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => 100 + i),
  );
  expect(tally).toEqual({
    seeds: 50,
    valid: 50,
    invalid: 0,
    unknown: 0,
    crashed: 0,
    hung: 0,
    ops: 500,
    virtual: 50_000,
    events: 5000,
  });
  expect(failures.count).toBe(0);
  expect(new Set(plans.map(({ workload, nemesis }) => JSON.stringify([workload, nemesis]))).size).toBe(50);
});

test('seeds go round at the end of their range', async () => {
  const { plans, options } = setting(() => judged(), { first: 2 ** 32 - 2, seeds: 4, jobs: 1 });
  await explore(space, options);
  expect(plans.map(({ seed }) => seed)).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0, 1]);
});

describe('what failed', () => {
  test('the first ends it; what runs beside it is given up and not counted', async () => {
    const open: (() => void)[] = [];
    const { plans, options } = setting(({ seed }) =>
      seed === 103
        ? invalid('not linearizable on key "k1": nothing explains get k1 → "4" (op 7)')
        : new Promise((resolve) => open.push(() => resolve(judged()))),
    );
    const done = explore(space, options);
    await new Promise<void>((resolve) => setImmediate(resolve)); // all four are under way
    for (const answer of open) answer();
    const { tally, failures } = await done;
    expect(tally).toMatchObject({ seeds: 1, invalid: 1, valid: 0 });
    expect(plans.length).toBe(4);
    expect(failures.groups).toMatchObject([
      { checker: 'linearizable', failures: [{ seed: 103, plan: '103.yaml' }] },
    ]);
  });

  test('with keepGoing all are collected, in groups by checker and kind, the largest first', async () => {
    const answers: Record<number, SeedOutcome> = {
      101: invalid('n3 halted by itself at 3.2 s: disk is full', 'nodes'),
      104: invalid('not linearizable on key "k1": nothing explains get k1 → "4" (op 7), and 2 more keys'),
      110: { kind: 'crashed', error: 'Error: an invariant\n    at x.ts:1:2' },
      120: invalid('not linearizable on key "k22": nothing explains get k22 → "1 \\"2" (op 1,234)'),
      121: { kind: 'hung', limit: 60_000 },
    };
    const { options } = setting(({ seed }) => answers[seed] ?? judged(), { keepGoing: true });
    const { tally, failures } = await explore(space, options);
    expect(tally).toMatchObject({ seeds: 50, valid: 45, invalid: 3, crashed: 1, hung: 1 });
    expect(
      failures.groups.map(({ checker, kind, failures }) => [checker, kind, failures.map(({ seed }) => seed)]),
    ).toEqual([
      ['linearizable', 'not linearizable on key …: nothing explains get k# → … (op #)', [104, 120]],
      ['nodes', 'n# halted by itself at # s: disk is full', [101]],
      ['harness', 'the simulation failed: Error: an invariant', [110]],
      ['harness', 'not over after # ms of wall time', [121]],
    ]);
  });

  test('a seed that hung is kept and does not end it; one that crashed does', async () => {
    const hung = setting(({ seed }) => (seed === 100 ? { kind: 'hung', limit: 1 } : judged()));
    const after = await explore(space, hung.options);
    expect(after.tally).toMatchObject({ seeds: 50, hung: 1, valid: 49 });
    expect(after.failures.groups).toMatchObject([{ failures: [{ seed: 100 }] }]);
    const crashed = setting(({ seed }) => (seed === 100 ? { kind: 'crashed', error: 'x' } : judged()), {
      jobs: 1,
    });
    expect((await explore(space, crashed.options)).tally).toMatchObject({ seeds: 1, crashed: 1, valid: 0 });
  });

  test('unknown is counted by why, and is neither valid nor a failure', async () => {
    const problems = [{ checker: 'non-vacuity', verdict: 'unknown' as const, summary: '0 ok ops' }];
    const { options } = setting(({ seed }) =>
      seed % 2 ? judged({ verdict: 'unknown', problems }) : judged(),
    );
    const { tally, unknowns, failures } = await explore(space, options);
    expect(tally).toMatchObject({ valid: 25, unknown: 25 });
    expect(unknowns.groups).toMatchObject([{ checker: 'non-vacuity', kind: '# ok ops', count: 25 }]);
    expect(unknowns.groups[0]!.failures.map(({ seed }) => seed).slice(0, 3)).toEqual([101, 103, 105]);
    expect(failures.count).toBe(0);
  });
});

describe('when it ends', () => {
  test('from outside, at once, with what is known', async () => {
    const end = new AbortController();
    const { plans, options } = setting(
      ({ seed }) => {
        if (seed === 110) end.abort();
        return judged();
      },
      { jobs: 1, signal: end.signal },
    );
    expect((await explore(space, options)).tally.seeds).toBe(10);
    expect(plans.length).toBe(11);
  });

  test('no seed is begun after its time', async () => {
    let time = 0;
    const { options } = setting(
      () => {
        time += 10;
        return judged();
      },
      { jobs: 1, duration: 95, now: () => time },
    );
    expect((await explore(space, options)).tally.seeds).toBe(10);
  });
});

describe('steering', () => {
  /** Rare marks by the drawn plan, so that they mean something to steer by. */
  const marked = ({ workload, nemesis, system }: Plan): Judged =>
    judged({
      marks: {
        leader: 1 + nemesis.length,
        ...(workload.keys >= 5 && workload.clients === 2 && system.nodes === 4 && { rare: 1 }),
      },
    });
  const plansOf = async (jobs: number, steer: boolean, mix = (n: number) => n): Promise<Plan[]> => {
    const { plans, options } = setting(
      async (plan) => {
        // Seeds end in another order than they begin.
        for (let turns = mix(plan.seed) % 7; turns > 0; turns--) await Promise.resolve();
        return marked(plan);
      },
      { jobs, steer, seeds: 6 * AHEAD },
    );
    await explore(space, options);
    return plans.sort((a, b) => a.seed - b.seed);
  };

  test('what a seed draws does not depend on how many run at once, nor on which is over first', async () => {
    const alone = await plansOf(1, true);
    expect(await plansOf(8, true)).toEqual(alone);
    expect(await plansOf(8, true, (n) => n * 31)).toEqual(alone);
  });

  test('prefers what reached rare marks; without it every seed is drawn by its number alone', async () => {
    const rare = (plans: readonly Plan[]): number =>
      plans.filter((plan) => marked(plan).marks['rare'] !== undefined).length;
    const [steered, unsteered] = [await plansOf(4, true), await plansOf(4, false)];
    expect(rare(steered)).toBeGreaterThan(2 * rare(unsteered));
    expect(steered.slice(0, AHEAD)).toEqual(unsteered.slice(0, AHEAD));
  });

  test('marks are counted by hits and by seeds, the declared ones that were never reached among them', async () => {
    const { options } = setting(marked);
    const { coverage } = await explore(space, options);
    expect(coverage.marks[0]).toEqual({ mark: 'never', about: 'is never reached', hits: 0, seeds: 0 });
    const leader = coverage.marks.find(({ mark }) => mark === 'leader')!;
    expect(leader.seeds).toBe(50);
    expect(leader.hits).toBeGreaterThan(50);
    expect(coverage.reached).toBe(coverage.size - 1);
  });
});
