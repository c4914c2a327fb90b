/**
 * The search for a smaller failing plan: greedy. Each pass in turn makes the plan smaller where it still
 * fails; the round starts again as long as any pass got something, since what one removes makes room for
 * another, until none does.
 *
 * Whatever is left out shifts the draws of everything else: a message takes another way, and the failure is
 * missed though it is still there. So once nothing goes any more each candidate is tried again under a few
 * other draws, those of the network first, and then under a few more. A draw that fails is kept in the plan.
 *
 * The same plan gives the same result, but for where the time is over.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../plan/index.ts';
import type { Simulated } from '../runner/simulate.ts';
import { sizeOf, type Failing, type Pass, type Size } from './failing.ts';
import { shows, type Violation } from './violation.ts';

/** So many other draws each candidate gets, in one stage after the other. */
const REDRAWS = [0, 2, 8, 24];

/** One pass that got something. */
export interface Step {
  readonly pass: string;
  readonly from: Size;
  readonly to: Size;
  /** Simulated runs it took, and how many of them failed as they should. */
  readonly tried: number;
  readonly failed: number;
}

export interface Progress {
  readonly pass: string;
  readonly size: Size;
  readonly tried: number;
}

export interface SearchOptions {
  readonly simulate: (plan: Plan, options: { signal: AbortSignal }) => Promise<Simulated>;
  readonly passes: readonly Pass[];
  /** Whether there is time for another attempt. */
  readonly goOn: () => boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface Found {
  readonly smallest: Failing;
  /** The smallest whose operations are still drawn; the start where there was none. */
  readonly drawn: Failing;
  readonly steps: readonly Step[];
  readonly tried: number;
  /** Whether no pass gets any more, as opposed to that the time was over. */
  readonly minimal: boolean;
}

export async function search(start: Failing, violation: Violation, options: SearchOptions): Promise<Found> {
  const { simulate, passes, signal, goOn, onProgress } = options;
  /** Under how many draws a plan was tried and did not fail. */
  const missed = new Map<string, number>();
  const steps: Step[] = [];
  let smallest = start;
  let drawn = start;
  let tried = 0;
  let failed = 0;
  let running = '';
  const isOver = (): boolean => signal.aborted || !goOn();

  const attempt = async (candidate: Plan, redraws: number): Promise<Failing | undefined> => {
    const key = digest(candidate);
    for (let draw = missed.get(key) ?? 0; draw <= redraws && !isOver(); draw++) {
      const plan = draw === 0 ? candidate : redrawn(candidate, draw);
      if (draw > 0 && isDeepStrictEqual(plan.seeds, candidate.seeds)) continue;
      const run = await simulate(plan, { signal });
      if (signal.aborted) return undefined;
      tried++;
      const isFailing = shows(run, violation);
      if (isFailing) {
        failed++;
        smallest = { plan, run };
        if (plan.workload.operations === undefined) drawn = smallest;
      } else missed.set(key, draw + 1);
      onProgress({ pass: running, size: sizeOf(smallest), tried });
      if (isFailing) return smallest;
    }
    return undefined;
  };

  for (const redraws of REDRAWS) {
    for (let got = true; got && !isOver();) {
      got = false;
      for (const pass of passes) {
        if (isOver()) break;
        running = pass.name;
        const [before, triedBefore, failedBefore] = [smallest, tried, failed];
        await pass.shrink(smallest, (candidate) => attempt(candidate, redraws));
        if (smallest === before) continue;
        got = true;
        steps.push({
          pass: pass.name,
          from: sizeOf(before),
          to: sizeOf(smallest),
          tried: tried - triedBefore,
          failed: failed - failedBefore,
        });
      }
    }
  }
  return { smallest, drawn, steps, tried, minimal: !isOver() };
}

function redrawn(plan: Plan, draw: number): Plan {
  return { ...plan, seeds: { ...plan.seeds, network: draw } };
}

/** The draw of the network aside: candidates that differ in it only are the same to try. */
function digest({ seeds, ...plan }: Plan): string {
  const { network: _, ...others } = seeds;
  return createHash('sha1')
    .update(JSON.stringify([plan, others]))
    .digest('base64');
}
