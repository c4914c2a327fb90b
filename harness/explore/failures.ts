/** Failing seeds, grouped by what failed: checker and kind. */
import { kindOf, type Judged, type Problem, type SeedOutcome } from './outcome.ts';

export interface Failure {
  readonly seed: number;
  /** Its plan, saved: a file to run. */
  readonly plan: string;
}

export interface FailureGroup {
  readonly checker: string;
  readonly kind: string;
  /** As the first of them says it. */
  readonly summary: string;
  readonly failures: readonly Failure[];
}

export class Failures {
  readonly #groups = new Map<string, FailureGroup & { readonly failures: Failure[] }>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Largest first; of equals the one found first. */
  get groups(): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.failures.length - a.failures.length);
  }

  /** True when nothing has failed in this way before. */
  add(outcome: SeedOutcome, failure: Failure): boolean {
    const { checker, summary } = causeOf(outcome);
    const kind = kindOf(summary);
    const name = JSON.stringify([checker, kind]);
    const group = this.#groups.get(name);
    this.#count++;
    if (group === undefined) this.#groups.set(name, { checker, kind, summary, failures: [failure] });
    else group.failures.push(failure);
    return group === undefined;
  }
}

/** The first check that found a violation; what the harness says of itself where it failed. */
export function causeOf(outcome: SeedOutcome): Pick<Problem, 'checker' | 'summary'> {
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
