/** The differences of two runs on the screen, once both are gone through. */
import { line } from '../spans.ts';
import { compareRuns, type Comparison } from './compare.ts';
import { comparisonLines } from './compare-lines.ts';
import type { Stage } from './pane.ts';
import type { Run } from './run.ts';
import { TextPane } from './text-pane.ts';

export class ComparePane extends TextPane {
  readonly #runs: readonly [Run, Run];

  constructor(one: Run, other: Run, stage: Stage) {
    let found: Comparison | undefined;
    let problem: string | undefined;
    super((width) => {
      if (found !== undefined) return comparisonLines(found, width);
      return [line(problem ?? 'comparing …', problem === undefined ? 'dim' : 'bad')];
    });
    this.#runs = [one, other];
    compareRuns(one, other).then(
      (comparison) => {
        found = comparison;
        stage.changed();
      },
      (error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
        stage.changed();
      },
    );
  }

  close(): void {
    for (const run of this.#runs) run.close();
  }
}
