/**
 * The runs of one command, so many at a time, begun in the order of their turns. Their outcomes come in that
 * order too, whichever was over first.
 */
import type { Turn } from './turns.ts';

export interface LanesOptions<Outcome> {
  readonly jobs: number;
  /** Why a turn is not to be begun, asked right before it would be; undefined where it is. */
  readonly refusal: (turn: Turn) => string | undefined;
  readonly run: (turn: Turn) => Promise<Outcome>;
  readonly notRun: (turn: Turn, why: string) => Outcome;
}

/** Rejects where `run` does, which it should not. */
export async function inLanes<Outcome>(
  turns: readonly Turn[],
  { jobs, refusal, run, notRun }: LanesOptions<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < turns.length; at = next++) {
      const turn = turns[at]!;
      const why = refusal(turn);
      outcomes[at] = why === undefined ? await run(turn) : notRun(turn, why);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, turns.length) }, lane));
  return outcomes;
}
