/** What is wrong with a plan, where, and what to do about it. Data; `format.ts` makes text of it. */

export interface PlanProblem {
  readonly file: string;
  /** From 1; undefined where no place in the file is to blame: no such file, or a value given by an option. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The field, as `--set` takes it: `nemesis.0.shape`; empty for the plan as a whole. */
  readonly path: string;
  readonly message: string;
  /** What would have been right. */
  readonly expected?: string;
  /** What to do, or the word that was probably meant. */
  readonly hint?: string;
  /** The line of the file, and how many characters of it from `column` on are meant. */
  readonly excerpt?: { readonly text: string; readonly length: number };
  /** The command-line option to blame: `--set workload.rate=5`. */
  readonly option?: string;
}
