/** What became of one seed: small, so that a thread hands it over and ten thousand of them weigh nothing. */
import type { Verdict } from '../../checkers/types.ts';
import type { Simulated } from '../runner/simulate.ts';

export type SeedOutcome =
  | Judged
  /** The simulation threw, or its thread died: the harness's failure, and nothing is known of the system. */
  | { readonly kind: 'crashed'; readonly error: string }
  /** Not over after this much wall time, ms; its thread was ended. */
  | { readonly kind: 'hung'; readonly limit: number }
  /** Ended from outside: it does not count. */
  | { readonly kind: 'aborted' };

export interface Judged {
  readonly kind: 'judged';
  readonly verdict: Verdict;
  /** The checks that are not valid. */
  readonly problems: readonly Problem[];
  readonly ops: number;
  readonly marks: { readonly [mark: string]: number };
  /** Virtual ms, and events in it. */
  readonly virtual: number;
  readonly events: number;
}

export interface Problem {
  readonly checker: string;
  readonly verdict: Verdict;
  readonly summary: string;
}

export function outcomeOf({ verdict, checks, ops, marks, virtual, events, seen }: Simulated): Judged {
  const problems = checks
    .filter((check) => check.verdict !== 'valid')
    .map(({ checker, verdict, summary }) => ({ checker, verdict, summary }));
  const judged = { kind: 'judged', ops, marks, virtual, events } as const;
  if (seen === undefined || verdict === 'invalid') return { ...judged, verdict, problems };
  // As in a run that is recorded: one of two checkers is wrong, so nothing is proven.
  const summary = `op ${seen.index} was taken for a violation while the run went on, and the whole history does not confirm it: a fault of Faultline's, please report it`;
  return {
    ...judged,
    verdict: 'unknown',
    problems: [{ checker: 'online', verdict: 'unknown', summary }, ...problems],
  };
}

/** What failed, without what differs from seed to seed: values, ids, counts, times. */
export function kindOf(summary: string): string {
  return summary
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '…')
    .replaceAll(/, and \d+ more.*$/gs, '')
    .replaceAll(/\d+(?:[.,]\d+)*/g, '#')
    .slice(0, 160);
}
