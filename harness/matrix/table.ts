/**
 * A matrix as Markdown, for a README: a table a system, a line a bug, and in each column how many seeds it
 * took to find it that way, how long on the wall's clock, and which checks saw it.
 */
import { basename } from 'node:path';
import { count, milliseconds } from '../cli/text.ts';
import { isClean, type CorrectRow, type Matrix, type Row } from './rows.ts';

export function matrixTable({ bugs, correct, seed, jobs }: Matrix): string {
  const systems = [...new Set(bugs.map(({ system }) => system))];
  const parts = [
    ...systems.map((system) =>
      systemTable(
        system,
        bugs.filter((row) => row.system === system),
      ),
    ),
    ...(correct.length > 0 ? [correctTable(correct)] : []),
    `From seed ${seed}, simulations on ${jobs} ${jobs === 1 ? 'thread' : 'threads'}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const COLUMNS: readonly (readonly [title: string, way: Row['way'], host: Row['host']])[] = [
  ['its plan, simulated', 'plan', 'sim'],
  ['its plan, on processes', 'plan', 'process'],
  ['a swarm', 'swarm', 'sim'],
];

function systemTable(system: string, rows: readonly Row[]): string {
  const columns = COLUMNS.filter(([, way, host]) => rows.some((row) => row.way === way && row.host === host));
  const bugs = [...new Set(rows.map(({ bug }) => bug))];
  const lines = bugs.map((bug) => {
    const cells = columns.map(([, way, host]) =>
      cell(rows.find((row) => row.bug === bug && row.way === way && row.host === host)),
    );
    return [`\`${bug}\``, ...cells];
  });
  return table([`bug of ${system}`, ...columns.map(([title]) => title)], lines);
}

function cell(row: Row | undefined): string {
  if (row === undefined) return '';
  if (row.plan === null) return '**no plan**';
  const effort = `${count(row.seeds)} ${row.seeds === 1 ? 'seed' : 'seeds'}, ${milliseconds(row.wall)}`;
  if (!row.found) return `**not found**: ${effort}`;
  const swarm = row.way === 'swarm' ? ` (${basename(row.plan, '.yaml')})` : '';
  return `${effort}, ${row.checkers.join(' and ')}${swarm}`;
}

function correctTable(rows: readonly CorrectRow[]): string {
  return table(
    [
      'correct system',
      'swarm',
      'seeds',
      'valid',
      'proved too little',
      'violations',
      'crashed or hung',
      'wall',
    ],
    rows.map((row) => [
      row.system,
      basename(row.plan, '.yaml'),
      ...[row.seeds, row.valid, row.unknown].map(count),
      isClean(row) ? count(row.invalid) : `**${count(row.invalid)}**`,
      count(row.failed),
      milliseconds(row.wall),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
