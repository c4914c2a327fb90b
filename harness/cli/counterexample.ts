/**
 * The smallest failing piece as a small table: who did what when, which operation nothing explains, and
 * what the object could have been instead.
 */
import chalk from 'chalk';
import type { FinalConfiguration } from 'porcupine-ts';
import type { KeyDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { printableLine } from './printable.ts';
import { count, elided } from './text.ts';

/** Of a large counterexample only so many operations are shown; all are in `verdict.json`. */
const MAX_OPERATIONS = 25;
const MAX_CONFIGURATIONS = 5;

export function counterexampleLines({ key, operations, counterexample }: KeyDetails): readonly string[] {
  if (counterexample == null) return ['no counterexample could be built in the time there was'];
  const kept = counterexample.operations;
  const named = key === '' ? '' : ` of key ${chalk.bold(printableLine(JSON.stringify(key)))}`;
  // They may differ in what had happened before, which is no difference here.
  const configurations = [...new Set(counterexample.configurations.map(configurationLine))];
  const shown = [...kept].sort((a, b) => a.invoke - b.invoke).slice(-MAX_OPERATIONS);
  const size = counterexample.minimal ? 'none of which can be left out' : 'perhaps not the smallest';
  return [
    `${count(kept.length)} of the ${count(operations)} operations${named} are enough to show it, ${size}:`,
    ...(kept.length > shown.length
      ? [chalk.dim(`  … ${count(kept.length - shown.length)} earlier ones, in verdict.json`)]
      : []),
    ...table(shown, counterexample.blocked),
    '',
    `When op ${counterexample.blocked} completed, this is all that ${key === '' ? 'the object' : 'the key'} could have been:`,
    ...configurations.slice(0, MAX_CONFIGURATIONS),
    ...(counterexample.more || configurations.length > MAX_CONFIGURATIONS
      ? [chalk.dim('  … and more, in verdict.json')]
      : []),
  ];
}

function configurationLine({ state, linearized }: FinalConfiguration): string {
  const last = linearized.at(-1);
  const after = last === undefined ? ' (nothing had happened)' : ` (after op ${last})`;
  return `  ${printableLine(elided(state))}${chalk.dim(after)}`;
}

function table(operations: readonly OperationDetails[], blocked: number): readonly string[] {
  const rows = operations.map((op) => [
    op.invoke === blocked ? chalk.red('✗') : ' ',
    `op ${op.invoke}`,
    `process ${op.process}`,
    printableLine(elided(op.description)),
    `${seconds(op.invoked)} – ${op.completed === null || op.outcome === 'unknown' ? 'open' : seconds(op.completed)}`,
    op.node === null ? '' : printableLine(op.node),
  ]);
  const widths = rows.reduce<number[]>(
    (widths, row) => row.map((cell, i) => Math.max(widths[i] ?? 0, visible(cell))),
    [],
  );
  return rows.map((row) =>
    `  ${row.map((cell, i) => cell + ' '.repeat(widths[i]! - visible(cell))).join('  ')}`.trimEnd(),
  );
}

const seconds = (ns: number): string => `${(ns / 1e9).toFixed(4)} s`;

/** Width on a terminal; cells hold no escape sequences but chalk's own. */
function visible(cell: string): number {
  return cell.replace(/\u001b\[[0-9;]*m/g, '').length;
}
