/** How a failure was made small, in lines: from what to what, by which steps, and what is left. */
import chalk from 'chalk';
import { formatDuration, type Plan } from '../plan/index.ts';
import type { Size } from '../shrink/failing.ts';
import type { ShrinkReport } from '../shrink/report.ts';
import { printableLine } from './printable.ts';
import { count, milliseconds, plural } from './text.ts';

const COLUMNS = [
  'nodes',
  'clients',
  'keys',
  'faults',
  'ops',
  'time',
] as const satisfies readonly (keyof Size)[];

export function shrinkLines(report: ShrinkReport, plan: Plan): readonly string[] {
  const { violation, from, to, minimal, tried, elapsed, steps } = report;
  const rows = [
    ['', 'tried', ...COLUMNS],
    ['as it was', '', ...cells(from)],
    ...steps.map((step) => [step.pass, count(step.tried), ...cells(step.to, step.from)]),
    ['what is left', '', ...cells(to)],
  ];
  const end = minimal
    ? 'nothing more can be taken away'
    : 'the time was over before that was certain: more of it with --budget';
  return [
    chalk.bold(
      `still ${printableLine(violation)}, after ${plural(tried, 'run')} in ${milliseconds(elapsed)}; ${end}`,
    ),
    '',
    ...table(rows),
    '',
    ...planLines(plan),
  ];
}

/** What comes about, in the order in which it does. */
function planLines({ workload, schedule = [] }: Plan): readonly string[] {
  if (workload.operations === undefined) {
    return [
      'its operations and faults are still drawn: listed one by one it does not fail, or they are too many',
    ];
  }
  const happenings = [
    ...workload.operations.map(({ at, client, f, key, value }) => ({
      at,
      text: `client ${client}  ${[f, key, ...(value === undefined ? [] : [JSON.stringify(value)])].filter((word) => word !== undefined).join(' ')}`,
    })),
    ...schedule.flatMap(({ at, until, effect }) => [
      { at, text: `▼ ${effect.fault} ${effect.about}` },
      { at: until, text: `▲ ${effect.fault} ${effect.about} over` },
    ]),
  ].sort((a, b) => a.at - b.at);
  const width = Math.max(0, ...happenings.map(({ at }) => formatDuration(at).length));
  return happenings.map(({ at, text }) => `  ${formatDuration(at).padStart(width)}  ${printableLine(text)}`);
}

/** Of a step only what changed is said. */
function cells(size: Size, before?: Size): readonly string[] {
  return COLUMNS.map((column) => {
    if (before !== undefined && before[column] === size[column]) return '';
    return column === 'time' ? milliseconds(size.time) : count(size[column]);
  });
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row, index) => {
    const line = `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`;
    return index === 0 ? chalk.dim(line.trimEnd()) : line.trimEnd();
  });
}
