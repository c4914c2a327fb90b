/**
 * A plan as a test: run to its verdict, and a failure in its words. Nothing is printed meanwhile; the run's
 * folder keeps everything, as that of `faultline run` does.
 */
import { relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import { shellWord } from '../cli/shell-words.ts';
import { verdictLines } from '../cli/verdict.ts';
import { formatProblems, loadCatalogue, loadPlan, resolvePlan, type Overrides } from '../plan/index.ts';
import { runPlan as runResolved, type RunOutcome } from '../runner/run.ts';
import type { RunEvent } from '../runner/events.ts';
import { Failed } from './failed.ts';

/** A plan's fields, as in its YAML (docs/plan.md). Paths in it are taken from the working directory. */
export type PlanFields = { readonly [field: string]: unknown };

/** `set`, `seed`, `time` and `host` as the options of `faultline run`. */
export interface RunPlanOptions extends Overrides {
  /** Where run folders go; `results` by default. */
  readonly out?: string;
  /** Ends the run early; then it is unknown. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/** The plan has mistakes; the message names them all with their places. Nothing was started. */
export class PlanMistake extends Error {
  override readonly name = 'PlanMistake';
}

/**
 * Resolves when the verdict is what the plan expects. Rejects with `Failed` when it is not, with `PlanMistake`
 * for a plan with mistakes, and with whatever keeps the harness from running it.
 */
export async function runPlan(plan: string | PlanFields, options: RunPlanOptions = {}): Promise<RunOutcome> {
  const {
    out = 'results',
    signal = new AbortController().signal,
    onEvent = () => {},
    ...overrides
  } = options;
  const source = typeof plan === 'string' ? plan : { text: stringify(plan), file: resolve('plan.yaml') };
  const catalogue = await loadCatalogue([source], overrides);
  const loaded =
    typeof source === 'string'
      ? loadPlan(source, overrides, catalogue)
      : resolvePlan(source.text, source.file, overrides, catalogue);
  if ('problems' in loaded) throw new PlanMistake(formatProblems(loaded.problems));
  const outcome = await runResolved(loaded.plan, {
    out,
    signal,
    onEvent,
    reproduce: (folder) => {
      const shown = shellWord(relative(process.cwd(), folder) || '.');
      return [`faultline replay ${shown}`, `faultline run ${shown}/plan.yaml`];
    },
  });
  const { verdict, folder } = outcome;
  if (verdict.met) return outcome;
  const message = `${verdict.plan}, seed ${verdict.seed}: ${verdictLines(verdict, folder).join('\n')}`;
  throw new Failed(stripVTControlCharacters(message), verdict.verdict, verdict.expect);
}
