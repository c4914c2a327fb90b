/** Several runs: a line each, and a total. */
import chalk from 'chalk';
import { headlineOf, standingOf, type ReportedRun, type Standing } from '../report/outcome.ts';
import type { ExitCode } from './exit-codes.ts';
import { printable } from './printable.ts';
import { plural } from './text.ts';

export interface PlanOutcome extends ReportedRun {
  readonly exit: ExitCode;
}

const MARKS: { readonly [standing in Standing]: string } = {
  met: chalk.green('✓'),
  allowed: chalk.yellow('?'),
  violated: chalk.red('✗'),
  unknown: chalk.yellow('?'),
  failed: chalk.red('✗'),
  'not run': chalk.yellow('?'),
  'left out': chalk.dim('–'),
};

/** Repetitions that were left out are counted, not listed. */
export function summaryLines(outcomes: readonly PlanOutcome[]): readonly string[] {
  const done = outcomes.filter((run) => standingOf(run) !== 'left out');
  const isRepeated = done.some(({ round }) => round > 0);
  const nameOf = ({ plan, seed }: PlanOutcome): string =>
    isRepeated ? `${printable(plan)}, seed ${seed}` : printable(plan);
  const width = Math.max(...done.map((run) => nameOf(run).length));
  const rows = done.map((run) => {
    const said = run.verdict === undefined && run.wasRun ? 'the harness failed' : headlineOf(run);
    return `${MARKS[standingOf(run)]} ${nameOf(run).padEnd(width)}  ${printable(said)}`;
  });
  const met = done.filter((run) => standingOf(run) === 'met').length;
  const allowed = done.filter((run) => standingOf(run) === 'allowed').length;
  const passed = allowed > 0 ? `, ${allowed} unknown and let pass` : '';
  const left = outcomes.length - done.length;
  const rest = left > 0 ? `, ${plural(left, 'repetition')} left out for want of time` : '';
  return [...rows, chalk.bold(`${met} of ${done.length} as expected${passed}${rest}`)];
}
