/** What a run measured, as two small tables: operations by function, and what clients got in each fault. */
import chalk from 'chalk';
import type { AvailabilityDetails } from '../../checkers/availability.ts';
import type { StatsDetails } from '../../checkers/stats.ts';
import type { CheckResult } from '../../checkers/types.ts';
import { HAND } from '../../nemesis/hand.ts';
import { printableLine } from './printable.ts';
import { count, milliseconds } from './text.ts';

/** Of many faults only so many are shown; all are in `verdict.json`. */
const MAX_WINDOWS = 12;

export function measureLines(checks: readonly CheckResult[]): readonly string[] {
  const details = (name: string): unknown => checks.find(({ checker }) => checker === name)?.details;
  // Each checker documents its details so; one that crashed has others.
  const stats = details('stats') as StatsDetails | undefined;
  const availability = details('availability') as AvailabilityDetails | undefined;
  return [
    ...(stats?.functions ? functionLines(stats) : []),
    ...(availability?.windows && availability.windows.length > 0 ? windowLines(availability) : []),
  ];
}

function functionLines({ functions, total }: StatsDetails): readonly string[] {
  const rows = [...Object.entries(functions), ['all', total] as const].map(
    ([f, { ok, fail, info, open, latency }]) => [
      printableLine(f),
      count(ok),
      count(fail),
      count(info + open),
      ...(latency
        ? [latency.p50, latency.p95, latency.p99, latency.max].map(milliseconds)
        : ['', '', '', '']),
    ],
  );
  return table(['operations', 'ok', 'fail', 'unknown', 'p50', 'p95', 'p99', 'max'], rows);
}

function windowLines({ windows, inside, outside }: AvailabilityDetails): readonly string[] {
  const seconds = (ns: number): string => (ns / 1e9).toFixed(1);
  const rows = windows
    .slice(0, MAX_WINDOWS)
    .map((window) => [
      `${window.fault}${window.lane === `nemesis-${HAND}` ? ' by hand' : ''} ${seconds(window.from)} – ${window.until === null ? 'end' : seconds(window.until)} s`,
      count(window.ok),
      count(window.fail),
      count(window.info),
      window.firstOk === null ? 'none' : milliseconds(window.firstOk),
    ]);
  const sums = [
    [`while any was on, ${inside.seconds.toFixed(1)} s`, inside],
    [`while none was, ${outside.seconds.toFixed(1)} s`, outside],
  ] as const;
  for (const [name, { ok, fail, info }] of sums) rows.push([name, count(ok), count(fail), count(info), '']);
  const rest =
    windows.length > MAX_WINDOWS
      ? [chalk.dim(`  … ${windows.length - MAX_WINDOWS} more faults, in verdict.json`)]
      : [];
  return ['', ...table(['completed during', 'ok', 'fail', 'unknown', 'first ok after'], rows), ...rest];
}

/** The first column to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd();
  return [chalk.dim(line(head)), ...rows.map(line)];
}
