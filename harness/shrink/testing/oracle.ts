/** Plans and runs for the tests of shrinking: what fails is what a test says fails. */
import type { Plan, PlanOperation } from '../../plan/index.ts';
import { scheduledFault } from '../../plan/index.ts';
import type { Simulated } from '../../runner/simulate.ts';
import type { Attempt, Failing } from '../failing.ts';

export type Fault = NonNullable<Plan['schedule']>[number];

export const operation = (at: number, client: number, key: string, value = `v${at}`): PlanOperation => ({
  at,
  client,
  f: 'put',
  key,
  value,
});

/** Both ways between each two of these. */
export function cut(at: number, until: number, ...pairs: string[]): Fault {
  const links = pairs.flatMap((pair) => {
    const [from, to] = pair.split('-');
    return [
      { from: from!, to: to! },
      { from: to!, to: from! },
    ];
  });
  return scheduledFault({
    at,
    until,
    effect: { fault: 'partition', about: '', isolated: [], links, mode: 'stall' },
  });
}

export function pause(at: number, until: number, ...nodes: string[]): Fault {
  return scheduledFault({ at, until, effect: { fault: 'pause', about: '', nodes } });
}

export function planOf({
  operations,
  schedule,
  ...rest
}: Partial<Plan> & { operations?: readonly PlanOperation[] } = {}): Plan {
  return {
    name: 'small',
    system: {
      name: 'raft-kv',
      nodes: 5,
      bugs: ['stale-read'],
      options: { electionTimeout: 300, preVote: true },
      durations: ['electionTimeout'],
    },
    host: 'sim',
    sim: {
      latency: { min: 0.2, max: 3 },
      loss: 0.01,
      duplicate: 0,
      reorder: 0.1,
      fsync: { min: 0.2, max: 4 },
    },
    workload: {
      name: 'kv',
      clients: 10,
      rate: 500,
      keys: 10,
      ops: { get: 5, put: 3 },
      opTimeout: 1000,
      ...(operations && { operations }),
    },
    nemesis: [],
    ...(schedule && { schedule }),
    time: 10_000,
    seed: 1,
    seeds: {},
    checks: ['linearizable'],
    require: { okOps: 1 },
    expect: 'invalid',
    onViolation: 'stop',
    ...rest,
  };
}

/** What a run of a plan comes to, with a checker's word on it and no more. */
export function runOf(
  plan: Plan,
  verdict: 'valid' | 'invalid' | 'unknown',
  checker = 'linearizable',
): Simulated {
  return {
    verdict,
    ops: plan.workload.operations?.length ?? 0,
    checks: [{ checker, verdict, summary: verdict, details: null }],
    history: [],
    schedule: [],
    marks: {},
    virtual: plan.time,
    events: 0,
    seen: undefined,
  };
}

/** For a pass alone: an attempt that fails where the test says so, and all that was tried. */
export function attempts(fails: (plan: Plan) => boolean): { attempt: Attempt; tried: Plan[] } {
  const tried: Plan[] = [];
  return {
    tried,
    attempt: (plan) => {
      tried.push(plan);
      return Promise.resolve(fails(plan) ? failing(plan) : undefined);
    },
  };
}

export function failing(plan: Plan): Failing {
  return { plan, run: runOf(plan, 'invalid') };
}
