/** The differences of two runs as text, one run to the left and the other to the right. */
import { count } from '../../cli/text.ts';
import type { RunVerdict } from '../../store/verdict.ts';
import { beside, cell, line, numberCell, span, wrapped, type Line } from '../spans.ts';
import { isSameFault, type Comparison, type Difference, type Parting } from './compare.ts';
import { momentText } from './op-lines.ts';
import type { Window } from './windows.ts';
import { metSpan, verdictSpan } from './words.ts';

/** Of many faults so many are listed. */
const MAX_FAULTS = 30;

export function comparisonLines(found: Comparison, width: number): readonly Line[] {
  const { runs, verdicts, plan, environment } = found;
  const sides = (one: readonly Line[], other: readonly Line[]): readonly Line[] => {
    const half = Math.max(10, (width - 3) >> 1);
    return beside([
      { lines: one, width: half },
      {
        lines: Array.from({ length: Math.max(one.length, other.length) }, () => [span(' │ ', 'dim')]),
        width: 3,
      },
      { lines: other, width: half },
    ]);
  };
  const half = Math.max(10, (width - 3) >> 1);
  return [
    ...sides(wrapped(runs.one, half, 'title'), wrapped(runs.other, half, 'title')),
    ...sides(verdictLine(verdicts.one), verdictLine(verdicts.other)),
    [],
    ...partingLines(found, width),
    [],
    ...section(
      'plan',
      plan === undefined ? undefined : differenceLines(plan, width),
      'the plans are the same',
    ),
    ...section('environment', differenceLines(environment, width), 'the same version and machine'),
    ...faultLines(found, width),
    ...measureLines(found, width),
    line('explanation', 'bold'),
    ...sides(explanationLines(verdicts.one, half), explanationLines(verdicts.other, half)),
  ];
}

function verdictLine(verdict: RunVerdict | undefined): readonly Line[] {
  if (verdict === undefined) return [line('? no verdict', 'unsure')];
  return [
    [
      verdictSpan(verdict.verdict),
      span(', '),
      metSpan(verdict),
      span(` · ${verdict.host}, seed ${verdict.seed}`, 'dim'),
    ],
  ];
}

function section(title: string, lines: readonly Line[] | undefined, same: string): readonly Line[] {
  if (lines === undefined)
    return [
      [span(title, 'bold'), span('  not to be compared: it is not there, or can’t be read', 'unsure')],
      [],
    ];
  if (lines.length === 0) return [[span(title, 'bold'), span(`  ${same}`, 'dim')], []];
  return [line(title, 'bold'), ...lines, []];
}

function differenceLines(differences: readonly Difference[], width: number): readonly Line[] {
  const name = Math.min(32, Math.max(0, ...differences.map((one) => one.name.length)));
  const room = Math.max(8, (width - name - 6) >> 1);
  return differences.map((one): Line => [
    span('  '),
    cell(one.name, name),
    span('  '),
    cell(one.one ?? '–', room, one.one === undefined ? 'dim' : 'plain'),
    span('  '),
    span(one.other ?? '–', one.other === undefined ? 'dim' : 'bold'),
  ]);
}

function partingLines({ histories, verdicts }: Comparison, width: number): readonly Line[] {
  const title = span('histories  ', 'bold');
  switch (histories.kind) {
    case 'identical':
      return [[title, span('identical, byte for byte', 'good')]];
    case 'unknown':
      return [[title, span('not to be compared: ', 'unsure'), span(histories.problem)]];
    case 'parts':
      return [
        [title, span(`the first op that differs is ${histories.index}`, 'bad')],
        ...(isExact(verdicts) || histories.index > 0
          ? []
          : [line('  On real processes times are never the same twice.', 'dim')]),
        ...partLines(histories, width),
      ];
  }
}

/** Two simulations should be the same where plan, seed and version are. */
function isExact({ one, other }: Comparison['verdicts']): boolean {
  return one?.host === 'sim' && other?.host === 'sim';
}

function partLines(
  { before, one, other }: Extract<Parting, { kind: 'parts' }>,
  width: number,
): readonly Line[] {
  const room = Math.max(10, width - 12);
  const cut = (text: string): string => (text.length > room * 4 ? `${text.slice(0, room * 4)}…` : text);
  const row = (name: string, text: string | undefined): readonly Line[] =>
    wrapped(text === undefined ? 'the history has ended' : cut(text), room).map((part, at): Line => [
      span(`  ${(at === 0 ? name : '').padEnd(10)}`, 'dim'),
      ...part,
    ]);
  return [
    ...before.slice(-2).map((text): Line => [span('  both      ', 'dim'), span(text.slice(0, room), 'dim')]),
    ...row('the one', one),
    ...row('the other', other),
  ];
}

function faultLines({ faults }: Comparison, width: number): readonly Line[] {
  const half = Math.max(10, (width - 5) >> 1);
  const different = faults.filter((pair) => !isSameFault(pair)).length;
  const title = span('faults  ', 'bold');
  if (faults.length === 0) return [[title, span('neither run had any', 'dim')], []];
  if (different === 0) return [[title, span(`the same ${faults.length}, at the same times`, 'dim')], []];
  return [
    [title, span(`${different} of ${faults.length} are different`)],
    ...faults
      .slice(0, MAX_FAULTS)
      .map((pair): Line => [
        span(isSameFault(pair) ? '  ' : '≠ ', 'bad'),
        cell(windowText(pair.one), half),
        span(' │ ', 'dim'),
        span(windowText(pair.other)),
      ]),
    ...(faults.length > MAX_FAULTS ? [line(`  … and ${faults.length - MAX_FAULTS} more`, 'dim')] : []),
    [],
  ];
}

function windowText(window: Window | undefined): string {
  if (window === undefined) return '–';
  const { name, about, from, until, wasOn } = window;
  const end = until === Infinity ? 'the end' : momentText(until);
  return `${name}${wasOn ? '' : ' (never on)'} ${momentText(from)} – ${end} ${about}`;
}

function measureLines({ measures }: Comparison, width: number): readonly Line[] {
  const name = Math.max(10, ...measures.map((one) => Math.min(24, one.name.length)));
  const room = Math.max(8, Math.min(16, (width - name - 4) >> 1));
  const text = (n: number | undefined): string =>
    n === undefined ? '–' : Number.isInteger(n) ? count(n) : n.toFixed(3);
  return [
    line('measured', 'bold'),
    ...measures.map(({ name: label, one, other }): Line => {
      const isSame = one === other;
      return [
        span(isSame ? '  ' : '≠ ', 'bad'),
        cell(label, name),
        numberCell(text(one), room),
        numberCell(text(other), room, isSame ? 'plain' : 'bold'),
        span(
          one === undefined || other === undefined || isSame || one === 0
            ? ''
            : `  × ${(other / one).toFixed(2)}`,
          'dim',
        ),
      ];
    }),
    [],
  ];
}

function explanationLines(verdict: RunVerdict | undefined, width: number): readonly Line[] {
  const explanation = verdict?.explanation;
  if (explanation == null) return [line('none', 'dim')];
  return [
    ...wrapped(explanation.pattern, width, 'bad'),
    ...explanation.sentences.flatMap((sentence) => wrapped(sentence, width)),
  ];
}
