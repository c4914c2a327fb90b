/** What an exploration found, as data: the answer of `--json`, and what the lines for people are a view of. */
import type { Plan } from '../plan/index.ts';
import type { MarkCoverage } from './coverage.ts';
import type { Explored } from './explore.ts';
import type { FailureGroup } from './failures.ts';
import type { Tally } from './tally.ts';

/** A failing seed that was run again and recorded. */
export interface Recorded {
  readonly seed: number;
  readonly folder: string;
  readonly verdict: Plan['expect'] | 'unknown';
  /** Whether it failed as it did in the exploration. It always should: a simulation repeats exactly. */
  readonly confirmed: boolean;
}

export interface ExplorationReport {
  readonly plan: string;
  readonly file: string;
  readonly expect: Plan['expect'];
  /** The seeds that were begun are `first` and those that follow it. */
  readonly first: number;
  readonly steered: boolean;
  readonly interrupted: boolean;
  readonly jobs: number;
  readonly tally: Tally;
  /** Wall ms. */
  readonly elapsed: number;
  readonly seedsPerSecond: number;
  /** Virtual time for each wall time, all threads together. */
  readonly virtualPerWall: number;
  /** The most memory that the process held when it was asked, bytes. */
  readonly peakMemory: number;
  /** The rarest first. */
  readonly marks: readonly MarkCoverage[];
  /** Why seeds were unknown. */
  readonly unknowns: readonly FailureGroup[];
  readonly failures: readonly FailureGroup[];
  readonly recorded: readonly Recorded[];
}

export interface Circumstances extends Pick<
  ExplorationReport,
  'file' | 'first' | 'steered' | 'interrupted' | 'jobs' | 'elapsed' | 'peakMemory' | 'recorded'
> {
  readonly plan: Pick<Plan, 'name' | 'expect'>;
}

export function reportOf(
  { tally, coverage, failures, unknowns }: Explored,
  { plan, elapsed, ...rest }: Circumstances,
): ExplorationReport {
  return {
    plan: plan.name,
    expect: plan.expect,
    ...rest,
    tally,
    elapsed,
    ...speedOf(tally, elapsed),
    marks: coverage.marks,
    unknowns: unknowns.groups,
    failures: failures.groups,
  };
}

export function speedOf(
  { seeds, virtual }: Tally,
  elapsed: number,
): Pick<ExplorationReport, 'seedsPerSecond' | 'virtualPerWall'> {
  const wall = Math.max(1, elapsed);
  return { seedsPerSecond: (seeds * 1000) / wall, virtualPerWall: virtual / wall };
}
