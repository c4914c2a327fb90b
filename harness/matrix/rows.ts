/** What a matrix comes to, as data; the table for people is a view of it. */

/** How it was looked for: seeds of its own plan, or a swarm that knows nothing of it. */
export type Way = 'plan' | 'swarm';

/** How one bug was looked for in one way, and what became of it. */
export interface Row {
  readonly system: string;
  readonly bug: string;
  readonly way: Way;
  readonly host: 'sim' | 'process';
  /** The file; null where there is none to look by. */
  readonly plan: string | null;
  readonly found: boolean;
  /** The first seed, and how many until it was found or until there were enough. */
  readonly first: number;
  readonly seeds: number;
  /** Wall ms. */
  readonly wall: number;
  /** Virtual ms; null where time was real. */
  readonly virtual: number | null;
  /** The checks that found the run invalid, by the first such run. */
  readonly checkers: readonly string[];
  readonly summary: string | null;
  /** The plan of the seed that found it. */
  readonly saved: string | null;
}

/** What became of many seeds of a correct system. */
export interface CorrectRow {
  readonly system: string;
  readonly plan: string;
  readonly first: number;
  readonly seeds: number;
  readonly valid: number;
  /** Proved too little. */
  readonly unknown: number;
  /** Violations and systems that stood still; each is a false alarm or a bug that nobody seeded. */
  readonly invalid: number;
  /** Of the harness: crashed or hung. */
  readonly failed: number;
  readonly wall: number;
  readonly virtual: number;
  /** Of those that failed, what the first of each kind says. */
  readonly summaries: readonly string[];
}

export interface Matrix {
  readonly seed: number;
  readonly jobs: number;
  readonly interrupted: boolean;
  readonly environment: Record<string, string>;
  readonly bugs: readonly Row[];
  readonly correct: readonly CorrectRow[];
}

/** Everything that was looked for was found, and nothing that is not there. */
export function holds({ bugs, correct }: Pick<Matrix, 'bugs' | 'correct'>): boolean {
  return bugs.every(({ found }) => found) && correct.every(isClean);
}

export function isClean({ invalid, failed, valid }: CorrectRow): boolean {
  return invalid === 0 && failed === 0 && valid > 0;
}
