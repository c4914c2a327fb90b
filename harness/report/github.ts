/**
 * Runs for GitHub Actions: an annotation for each plan that is not as expected, in the words that the
 * runner reads from a job's output; and a step summary in Markdown.
 */
import { printable, printableLine } from '../cli/printable.ts';
import { headlineOf, isRed, standingOf, storyOf, type ReportedRun, type Standing } from './outcome.ts';

const MARKS: { readonly [standing in Standing]: string } = {
  met: '✅',
  allowed: '❔',
  violated: '❌',
  unknown: '❔',
  failed: '💥',
  'not run': '❔',
  'left out': '➖',
};

/** The workflow commands, a line each. */
export function annotations(runs: readonly ReportedRun[]): readonly string[] {
  return runs
    .filter((run) => isRed(standingOf(run)))
    .map((run) => {
      const title = `${run.plan}: ${headlineOf(run)}`;
      return `::error file=${property(printableLine(run.file))},title=${property(printableLine(title))}::${data(printable(storyOf(run).join('\n')))}`;
    });
}

export function stepSummary(runs: readonly ReportedRun[]): string {
  const done = runs.filter((run) => standingOf(run) !== 'left out');
  const met = done.filter((run) => standingOf(run) === 'met').length;
  const rows = runs.map((run) => {
    const mark = MARKS[standingOf(run)];
    const ops = run.verdict === undefined ? '' : String(run.verdict.ops);
    return `| ${mark} | ${cell(run.plan)} | ${run.seed ?? ''} | ${cell(headlineOf(run))} | ${ops} | ${run.seconds.toFixed(1)} s |`;
  });
  const stories = runs
    .filter((run) => isRed(standingOf(run)))
    .flatMap((run) => [
      '',
      `#### ${cell(run.plan)}, seed ${run.seed ?? 'none'}`,
      '',
      ...storyOf(run).map((line) => `- ${cell(line)}`),
    ]);
  return [
    `### Faultline: ${met} of ${done.length} as expected`,
    '',
    '| | plan | seed | verdict | operations | time |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...stories,
    '',
  ].join('\n');
}

/** Of a workflow command: its message, and a value among its properties. */
function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Text that stays text in a table of Markdown: no markup, no links, no HTML, on one line. */
function cell(value: string): string {
  return value
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@-]/g, (character) => `\\${character}`);
}
