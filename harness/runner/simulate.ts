/** A simulated run that is kept in memory and judged there: what thousands of seeds are made of. */
import type { RecordedFault } from '../../nemesis/index.ts';
import type { FoundViolation } from '../../checkers/online.ts';
import { MemoryHistory } from '../history/recorder.ts';
import type { Op } from '../history/op.ts';
import type { Trace } from '../hosts/sim/draws.ts';
import type { Plan } from '../plan/index.ts';
import type { RunVerdict } from '../store/verdict.ts';
import { Judgement } from './judge.ts';
import { CHECK_TIMEOUT_MS, questionOf } from './question.ts';
import { simulation } from './simulation.ts';

export interface Simulated extends Pick<RunVerdict, 'verdict' | 'ops' | 'checks'> {
  readonly history: readonly Op[];
  /** Every fault as it happened. */
  readonly schedule: readonly RecordedFault[];
  /** How often each mark was reached, by any node. */
  readonly marks: { readonly [mark: string]: number };
  /** ms of virtual time, and how many events happened in it. */
  readonly virtual: number;
  readonly events: number;
  /** The violation for which the run was ended. */
  readonly seen: FoundViolation | undefined;
}

export interface SimulateOptions {
  /**
   * Whether it is looked for a violation while the run goes on, as `runPlan` does. Without it a run is a
   * tenth faster, and one that a violation would have ended goes on to its end. True unless told.
   */
  readonly watched?: boolean;
  /** Whether a violation is shown by as few operations as can be found, which may take long. True unless told. */
  readonly explained?: boolean;
  /** How long checking may take, ms; as in a run that is recorded, unless told. */
  readonly checkTimeout?: number;
  readonly signal?: AbortSignal;
  readonly schedule?: readonly RecordedFault[];
  readonly trace?: Trace;
}

/** Deterministic in the plan, its seeds and `schedule`, but for how long checking took. */
export async function simulate(plan: Plan, options: SimulateOptions = {}): Promise<Simulated> {
  const {
    watched = true,
    explained = true,
    checkTimeout = CHECK_TIMEOUT_MS,
    signal = new AbortController().signal,
    schedule,
    trace,
  } = options;
  let history: MemoryHistory | undefined;
  const ending = await simulation(plan, {
    recorder: (now) => (history = new MemoryHistory(now)),
    watched,
    signal,
    schedule,
    trace,
    onEvent: undefined,
  });
  const ops = history?.ops ?? [];
  const judgement = new Judgement({
    ...questionOf(plan),
    timeout: checkTimeout,
    linearizable: { explain: explained },
  });
  for (const op of ops) judgement.push(op);
  return { ...(await judgement.finish()), history: ops, ...ending };
}
