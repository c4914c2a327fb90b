/** Seeds that failed, or that proved nothing, grouped by what says so: checker and kind. */
import { kindOf, type Judged, type Problem, type SeedOutcome } from './outcome.ts';

export interface Failure {
  readonly seed: number;
  /** Its plan, saved: a file to run. Undefined where it was not saved. */
  readonly plan: string | undefined;
}

export interface FailureGroup {
  readonly checker: string;
  readonly kind: string;
  /** As the first of them says it. */
  readonly summary: string;
  /** How many seeds; of them `failures` has the first ones. */
  readonly count: number;
  readonly failures: readonly Failure[];
}

/** More kinds than this are no kinds: their texts differ in what `kindOf` does not know. */
const MAX_KINDS = 500;

interface Group extends FailureGroup {
  count: number;
  readonly failures: Failure[];
}

export class Failures {
  readonly #groups = new Map<string, Group>();
  readonly #keep: number;
  #count = 0;

  /** `keep`: of how many seeds of each kind to keep their numbers. */
  constructor(keep = Infinity) {
    this.#keep = keep;
  }

  get count(): number {
    return this.#count;
  }

  /** Largest first; of equals the one found first. */
  get groups(): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count);
  }

  add(outcome: SeedOutcome, failure: Failure): void {
    const { checker, summary } = causeOf(outcome);
    const kind = this.#groups.size < MAX_KINDS ? kindOf(summary) : 'of any other kind';
    const name = JSON.stringify([checker, kind]);
    const group = this.#groups.get(name) ?? { checker, kind, summary, count: 0, failures: [] };
    this.#groups.set(name, group);
    this.#count++;
    group.count++;
    if (group.failures.length < this.#keep) group.failures.push(failure);
  }
}

/** The first check that found a violation; what the harness says of itself where it failed. */
function causeOf(outcome: SeedOutcome): Pick<Problem, 'checker' | 'summary'> {
  switch (outcome.kind) {
    case 'judged':
      return worstOf(outcome);
    case 'crashed':
      return { checker: 'harness', summary: `the simulation failed: ${outcome.error.split('\n', 1)[0]}` };
    case 'hung':
      return { checker: 'harness', summary: `not over after ${outcome.limit} ms of wall time` };
    case 'aborted':
      return { checker: 'harness', summary: 'ended from outside' };
  }
}

function worstOf({ problems, verdict }: Judged): Pick<Problem, 'checker' | 'summary'> {
  return (
    problems.find((problem) => problem.verdict === 'invalid') ??
    problems[0] ?? { checker: 'verdict', summary: verdict }
  );
}
