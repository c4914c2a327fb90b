/**
 * Many seeds of one plan, each with a variation of its own: handed to a runner, so many at a time, until
 * there are enough, the time is over, something failed or somebody ended it.
 *
 * Steering learns in the order of the seeds: seed n is drawn when all seeds up to n - `AHEAD` are over, and
 * knows what came of these and of no others. So what a seed draws does not depend on which thread was
 * faster; and threads have enough to do meanwhile.
 */
import type { Plan } from '../plan/index.ts';
import { Coverage } from './coverage.ts';
import { Failures } from './failures.ts';
import type { SeedOutcome } from './outcome.ts';
import type { Space } from './space.ts';
import { Steering } from './steering.ts';
import { counted, NOTHING, type Tally } from './tally.ts';
import { drawVariation, planOf, type Variation } from './variation.ts';

export const AHEAD = 128;
const SEEDS = 2 ** 32;
/** Beyond this many failures nothing is learned from one more. */
const MAX_FAILURES = 10_000;

/** Of the seeds that were unknown for one reason only so many are told. */
const MAX_UNKNOWN = 10;

/** Runs the plan of one seed somewhere. Never rejects. */
export interface SeedRunner {
  run(plan: Plan, signal: AbortSignal): Promise<SeedOutcome>;
}

export interface ExploreOptions {
  readonly runner: SeedRunner;
  /** The first seed; the others follow it. */
  readonly first: number;
  /** How many seeds at most. */
  readonly seeds: number;
  /** No seed is begun after so much wall time, ms. */
  readonly duration: number;
  /** How many run at once. */
  readonly jobs: number;
  readonly steer: boolean;
  /** Go on after a failure. */
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  /** Marks that the system declares, with what they mean. */
  readonly marks: { readonly [mark: string]: string };
  /** Hears of each seed that is over. */
  readonly onSeed?: (progress: Explored) => void;
  /** A seed failed: saves its plan, and gives the file. */
  readonly save: (plan: Plan) => string;
  /** Now, ms. */
  readonly now?: () => number;
}

/** What is known, now or in the end. */
export interface Explored {
  readonly tally: Tally;
  readonly coverage: Coverage;
  readonly failures: Failures;
  /** Why seeds were unknown. */
  readonly unknowns: Failures;
}

interface Begun {
  readonly variation: Variation;
  /** Undefined while it runs. */
  outcome: SeedOutcome | undefined;
}

export async function explore(space: Space, options: ExploreOptions): Promise<Explored> {
  const { runner, first, seeds, duration, jobs, steer, keepGoing, now = () => performance.now() } = options;
  const coverage = new Coverage(options.marks);
  const failures = new Failures();
  const unknowns = new Failures(MAX_UNKNOWN);
  const steering = new Steering(space);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const deadline = now() + duration;
  let tally: Tally = NOTHING;
  let next = 0;
  /** Begun and not yet learned from, in the order of the seeds. */
  const begun: Begun[] = [];
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  signal.addEventListener('abort', wake, { once: true });

  const lane = async (): Promise<void> => {
    for (;;) {
      while (begun.length === AHEAD && begun[0]!.outcome === undefined && !signal.aborted)
        await new Promise<void>((go) => waiting.push(go));
      if (signal.aborted || next >= seeds || now() >= deadline) return;
      if (begun.length === AHEAD) learn(begun.shift()!);
      const seed = (first + next++) % SEEDS;
      const variation = steer ? steering.variationFor(seed) : drawVariation(space, seed);
      const entry: Begun = { variation, outcome: undefined };
      if (steer) begun.push(entry);
      const plan = planOf(space, variation, seed);
      const outcome = await runner.run(plan, signal);
      entry.outcome = outcome;
      if (outcome.kind !== 'aborted') take(plan, outcome);
      wake();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AHEAD, Math.max(1, jobs)) }, lane));
  signal.removeEventListener('abort', wake);
  return known();

  function take(plan: Plan, outcome: Exclude<SeedOutcome, { kind: 'aborted' }>): void {
    tally = counted(tally, outcome);
    if (outcome.kind === 'judged') coverage.add(outcome.marks);
    if (outcome.kind === 'judged' && outcome.verdict === 'unknown')
      unknowns.add(outcome, { seed: plan.seed, plan: undefined });
    if (hasFailed(outcome)) {
      failures.add(outcome, { seed: plan.seed, plan: options.save(plan) });
      // A seed that takes too long shows nothing yet; another may show what it is.
      const goOn = keepGoing || outcome.kind === 'hung';
      if (!goOn || failures.count >= MAX_FAILURES) stop.abort();
    }
    options.onSeed?.(known());
  }

  function learn({ variation, outcome }: Begun): void {
    if (outcome?.kind === 'judged') steering.learn(variation, outcome.marks);
  }

  function known(): Explored {
    return { tally, coverage, failures, unknowns };
  }
}

/** Found by a checker, or a failure of the harness itself: none may pass unseen. */
function hasFailed(outcome: SeedOutcome): boolean {
  return outcome.kind !== 'judged' || outcome.verdict === 'invalid';
}
