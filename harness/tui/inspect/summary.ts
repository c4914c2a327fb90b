/** What is known of a run on one page: verdict, why, how much, under what conditions, how to see it again. */
import type { StatsDetails } from '../../../checkers/stats.ts';
import { count, milliseconds } from '../../cli/text.ts';
import type { RunVerdict } from '../../store/verdict.ts';
import { cell, line, numberCell, span, wrapped, type Line } from '../spans.ts';
import type { Findings } from './judging.ts';
import type { Run } from './run.ts';
import { metSpan, verdictSpan } from './words.ts';

/** `hint`: what to do about a history without a verdict. */
export function summaryLines(run: Run, width: number, hint?: string): readonly Line[] {
  const { verdict } = run;
  if (verdict === undefined)
    return [...bareLines(run, width), ...findingLines(run, width, hint), ...commandLines(run, width)];
  return [
    [
      verdictSpan(verdict.verdict, verdict.verdict.toUpperCase()),
      span(', '),
      metSpan(verdict),
      span(` · ${count(verdict.ops)} operations${verdict.interrupted ? ' · interrupted' : ''}`),
    ],
    [span(`plan ${verdict.plan} · seed ${verdict.seed} · host ${verdict.host} · ${verdict.started}`, 'dim')],
    [],
    ...verdict.checks.flatMap((check) => checkLines(check, width)),
    [],
    ...explanationLines(verdict, width),
    ...statsLines(verdict),
    ...commandLines(run, width),
    [],
    ...wrapped(
      Object.entries(verdict.environment)
        .map(([name, value]) => `${name} ${value}`)
        .join(' · '),
      width,
      'dim',
    ),
  ];
}

function bareLines(run: Run, width: number): readonly Line[] {
  const { counts, length, format, isComplete, problem } = run.history;
  return [
    ...wrapped(run.problem ?? 'no verdict', width, 'unsure'),
    ...(problem === undefined ? [] : wrapped(problem, width, 'bad')),
    [],
    line(
      `${count(length)} ops in ${format}${isComplete ? '' : ' so far'}: ${count(counts.invoke)} operations invoked, ${count(counts.ok)} ok, ${count(counts.fail)} fail, ${count(counts.info)} info`,
    ),
    [],
  ];
}

/** Of what was judged here. */
function findingLines({ findings }: Run, width: number, hint: string | undefined): readonly Line[] {
  if (findings === undefined) return hint === undefined ? [] : [line(hint), []];
  return [
    [verdictSpan(findings.verdict, findings.verdict.toUpperCase()), span(' · judged here', 'dim')],
    [],
    ...findings.checks.flatMap((check) => checkLines(check, width)),
    [],
    ...explanationLines(findings, width),
    ...statsLines(findings),
  ];
}

const CHECKER_WIDTH = 14;

function checkLines(
  { checker, verdict, summary }: RunVerdict['checks'][number],
  width: number,
): readonly Line[] {
  return wrapped(summary, Math.max(10, width - CHECKER_WIDTH - 4)).map((part, row): Line => {
    const head =
      row === 0
        ? [verdictSpan(verdict, ''), cell(checker, CHECKER_WIDTH)]
        : [span(' '.repeat(CHECKER_WIDTH + 2))];
    return [...head, span('  '), ...part];
  });
}

function explanationLines({ explanation }: Findings, width: number): readonly Line[] {
  if (explanation === null) return [];
  return [
    line(explanation.pattern, 'bad'),
    ...explanation.sentences.flatMap((sentence) =>
      wrapped(sentence, Math.max(10, width - 4)).map((part, row): Line => [
        span(row === 0 ? '  ' : '    '),
        ...part,
      ]),
    ),
    [],
  ];
}

function statsLines({ checks }: Findings): readonly Line[] {
  // The checker documents its details so; one that crashed has others.
  const stats = checks.find(({ checker }) => checker === 'stats')?.details as unknown as
    StatsDetails | null | undefined;
  if (stats?.functions === undefined) return [];
  const rows = [...Object.entries(stats.functions), ['all', stats.total] as const];
  const wide = Math.max(10, ...rows.map(([f]) => Math.min(20, f.length)));
  const head = ['ok', 'fail', 'unknown', 'p50', 'p99', 'max'];
  return [
    [cell('operations', wide, 'dim'), ...head.map((name) => numberCell(name, 10, 'dim'))],
    ...rows.map(([f, { ok, fail, info, open, latency }]): Line => [
      cell(f, wide),
      ...[ok, fail, info + open].map((n) => numberCell(count(n), 10)),
      ...(latency === null
        ? []
        : [latency.p50, latency.p99, latency.max].map((ms) => numberCell(milliseconds(ms), 10))),
    ]),
    [],
  ];
}

/** A command is not broken into lines: it is to be copied. */
function commandLines({ reproduce }: Run, width: number): readonly Line[] {
  return [
    line('see it again (y copies the first):', 'dim'),
    ...reproduce.map((command): Line => [span(width > 4 ? '  ' : ''), span(command, 'bold')]),
  ];
}
