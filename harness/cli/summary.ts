/** Several plans: a line each, and a total. */
import chalk from 'chalk';
import type { RunVerdict } from '../store/verdict.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable } from './printable.ts';

export interface PlanOutcome {
  readonly file: string;
  readonly plan: string;
  readonly folder?: string;
  readonly verdict?: RunVerdict;
  readonly failure?: string;
  readonly exit: ExitCode;
}

export function summaryLines(outcomes: readonly PlanOutcome[], planned: number): readonly string[] {
  const width = Math.max(...outcomes.map(({ plan }) => plan.length));
  const rows = outcomes.map(({ plan, verdict, exit }) => {
    const mark = exit === EXIT.met ? chalk.green('✓') : chalk.red('✗');
    const said = verdict ? `${verdict.verdict}, expected ${verdict.expect}` : 'the harness failed';
    return `${mark} ${printable(plan).padEnd(width)}  ${said}`;
  });
  const met = outcomes.filter(({ exit }) => exit === EXIT.met).length;
  const skipped = planned - outcomes.length;
  const rest = skipped > 0 ? `, ${skipped} not run` : '';
  return [...rows, chalk.bold(`${met} of ${planned} as expected${rest}`)];
}
