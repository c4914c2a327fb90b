/** The end of an exploration as lines for people; a view of its report. */
import chalk from 'chalk';
import type { FailureGroup } from '../explore/failures.ts';
import type { ExplorationReport } from '../explore/report.ts';
import { printable, printableLine } from './printable.ts';
import { shellWord } from './shell-words.ts';
import { count, elided, milliseconds, plural } from './text.ts';

/** Of the seeds that failed in one way only so many are shown; all are in `report.json`. */
const MAX_SEEDS = 10;
const MAX_GROUPS = 20;
const MAX_REASONS = 5;

export function explorationLines(report: ExplorationReport, folder: string | undefined): readonly string[] {
  const { failures } = report;
  return [
    headline(report),
    speed(report),
    ...unknownLines(report),
    ...(report.marks.length > 0 ? ['', ...markLines(report)] : []),
    ...failures.slice(0, MAX_GROUPS).flatMap((group) => ['', ...groupLines(group)]),
    ...(failures.length > MAX_GROUPS
      ? [
          '',
          chalk.dim(`… and ${plural(failures.length - MAX_GROUPS, 'more kind')} of failure, in report.json`),
        ]
      : []),
    ...(failures.length > 0 ? ['', ...howToRepeat(report)] : []),
    ...(folder === undefined ? [] : [chalk.dim(`everything:    ${printable(folder)}`)]),
  ];
}

function headline({ tally, expect, interrupted }: ExplorationReport): string {
  const { seeds, valid, invalid, unknown, crashed, hung } = tally;
  const found = invalid > 0 ? (expect === 'invalid' ? chalk.green : chalk.red) : (text: string) => text;
  const parts = [
    chalk.bold(plural(seeds, 'seed')),
    found(plural(invalid, 'violation')),
    `${count(valid)} valid`,
    ...(unknown > 0 ? [chalk.yellow(`${count(unknown)} unknown`)] : []),
    ...(crashed > 0 ? [chalk.red(`${count(crashed)} crashed`)] : []),
    ...(hung > 0 ? [chalk.red(`${count(hung)} hung`)] : []),
    ...(interrupted ? [chalk.yellow('interrupted')] : []),
  ];
  return parts.join(', ');
}

function speed({
  tally,
  elapsed,
  seedsPerSecond,
  virtualPerWall,
  jobs,
  peakMemory,
}: ExplorationReport): string {
  return chalk.dim(
    `${milliseconds(tally.virtual)} of virtual time, ${plural(tally.ops, 'operation')} in ${milliseconds(elapsed)} on ${plural(jobs, 'thread')}: ${seedsPerSecond.toFixed(1)} seeds/s, ${count(Math.round(virtualPerWall))} virtual seconds a second; ${(peakMemory / 2 ** 20).toFixed(0)} MiB`,
  );
}

function unknownLines({ unknowns }: ExplorationReport): readonly string[] {
  const shown = unknowns.slice(0, MAX_REASONS);
  const rest = unknowns.slice(MAX_REASONS).reduce((sum, group) => sum + group.count, 0);
  return [
    ...shown.map(({ count: seeds, kind, failures }) =>
      chalk.yellow(
        `? ${plural(seeds, 'seed')} unknown: ${printableLine(elided(kind))} (e.g. seed ${failures[0]?.seed})`,
      ),
    ),
    ...(rest > 0
      ? [chalk.yellow(`? ${plural(rest, 'seed')} unknown for other reasons, in report.json`)]
      : []),
  ];
}

function markLines({ marks, tally }: ExplorationReport): readonly string[] {
  const never = marks.filter(({ seeds }) => seeds === 0);
  const reached = marks.filter(({ seeds }) => seeds > 0);
  const width = Math.max(...marks.map(({ mark }) => printableLine(mark).length), 5);
  const rows = reached.map(({ mark, seeds, hits, about }) =>
    `  ${printableLine(mark).padEnd(width)}  ${count(seeds).padStart(9)}  ${count(hits).padStart(12)}  ${chalk.dim(elided(printableLine(about ?? 'not declared')))}`.trimEnd(),
  );
  return [
    chalk.dim(
      `  ${'mark'.padEnd(width)}  ${'seeds'.padStart(9)}  ${'times'.padStart(12)}  of ${plural(tally.seeds, 'seed')}`,
    ),
    ...rows,
    ...never.map(
      ({ mark, about }) =>
        `  ${chalk.yellow(printableLine(mark).padEnd(width))}  ${chalk.yellow('never'.padStart(9))}  ${' '.repeat(12)}  ${chalk.dim(printableLine(about ?? ''))}`,
    ),
  ];
}

function groupLines({ checker, summary, count: seeds, failures }: FailureGroup): readonly string[] {
  const shown = failures.slice(0, MAX_SEEDS);
  const more = seeds - shown.length;
  return [
    `${chalk.red('✗')} ${chalk.bold(printableLine(checker))}  ${printableLine(elided(summary))}  ${chalk.dim(`(${plural(seeds, 'seed')})`)}`,
    ...shown.map(
      ({ seed, plan }) =>
        `    seed ${seed}${plan === undefined ? '' : `:  faultline run ${printable(shellWord(plan))}`}`,
    ),
    ...(more > 0 ? [chalk.dim(`    … and ${plural(more, 'more seed')}, in report.json`)] : []),
  ];
}

function howToRepeat({ file, steered }: ExplorationReport): readonly string[] {
  const alone = `faultline explore ${printable(shellWord(file))} --no-steer --seeds 1 --seed SEED`;
  return steered
    ? [
        chalk.dim('each saved plan repeats its seed exactly. The seed alone does so only with --no-steer,'),
        chalk.dim('as half of the seeds here are mutations of others that reached rare marks.'),
      ]
    : [chalk.dim(`each saved plan repeats its seed exactly, and so does ${alone}`)];
}
