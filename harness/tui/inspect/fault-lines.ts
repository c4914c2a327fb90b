/** Faults in lanes over the time of a run, below what clients got meanwhile. */
import { count } from '../../cli/text.ts';
import { sparkline } from '../sparkline.ts';
import { cell, numberCell, span, type Line, type Span } from '../spans.ts';
import type { HistorySource } from './history-source.ts';
import { lanesOf, type Window } from './windows.ts';

const LABEL = 12;
const LANES_MARGIN = LABEL + 1;

/** From `from` to `until` (ns) in `width` columns; `chosen`: the number of a window. */
export function laneLines(
  windows: readonly Window[],
  from: number,
  until: number,
  width: number,
  chosen?: number,
): readonly Line[] {
  const columns = Math.max(1, width - LANES_MARGIN);
  const column = (ns: number): number => Math.floor(((ns - from) / Math.max(1, until - from)) * columns);
  return [...lanesOf(windows)].map(([lane, all]): Line => {
    const spans: Span[] = [cell(lane.replace(/^nemesis-/, 'faults '), LABEL, 'dim'), span(' ')];
    let at = 0;
    for (const window of all) {
      if (!window.wasOn || window.until < from || window.from > until) continue;
      const left = Math.max(at, Math.min(columns - 1, column(window.from)));
      const right = Math.max(left + 1, Math.min(columns, column(Math.min(window.until, until)) + 1));
      if (left >= columns) break;
      spans.push(span(' '.repeat(left - at)), ...bar(window, right - left, window.number === chosen));
      at = right;
    }
    return spans;
  });
}

/** `▐partition▌`, as much of the name as fits; chosen, it is turned over and has other ends. */
function bar({ name }: Window, width: number, isChosen: boolean): readonly Span[] {
  const [left, fill, right] = isChosen ? ['▶', '═', '◀'] : ['├', '─', '┤'];
  if (width === 1) return [span(isChosen ? '▶' : '│', 'fault')];
  const label = name.slice(0, width - 2);
  return [
    span(`${left}${label}${fill.repeat(width - 2 - label.length)}${right}`, isChosen ? 'chosen' : 'fault'),
  ];
}

/** Ok operations a second, and what failed or is unknown. */
export function activityLines(
  { activity }: HistorySource,
  from: number,
  until: number,
  width: number,
): readonly Line[] {
  const columns = Math.max(1, width - LANES_MARGIN);
  const perColumn = (until - from) / 1e9 / columns;
  const rates = (['ok', 'fail', 'info'] as const).map((ending) => {
    const counts = activity.columns(ending, columns, from, until);
    return { ending, counts, total: counts.reduce((sum, n) => sum + n, 0) };
  });
  return rates
    .filter(({ ending, total }) => ending === 'ok' || total > 0)
    .flatMap(({ ending, counts }) => {
      const most = Math.max(...counts);
      const style = ending === 'ok' ? 'chart' : 'unsure';
      const height = ending === 'ok' ? 3 : 1;
      const peak = perColumn > 0 ? `${count(Math.round(most / perColumn))}/s` : '';
      const lines = sparkline(
        counts.map((value) => ({ value, style })),
        most,
        height,
      );
      const labels = height > 1 ? [`${ending} up to`, numberLabel(peak)] : [`${ending}`];
      return lines.map((one, row): Line => [cell(labels[row] ?? '', LABEL, 'dim'), span(' '), ...one]);
    });
}

function numberLabel(text: string): string {
  return text.padStart(LABEL);
}

/** Moments along the time, as many as fit. */
export function axisLine(from: number, until: number, width: number): Line {
  const columns = Math.max(1, width - LANES_MARGIN);
  const parts = Math.max(1, Math.min(8, Math.floor(columns / 14)));
  const digits = until - from < 10e9 ? 3 : 1;
  let text = '';
  for (let part = 0; part <= parts; part++) {
    const label = `${((from + ((until - from) * part) / parts) / 1e9).toFixed(digits)} s`;
    const place =
      Math.round((columns * part) / parts) -
      (part === 0 ? 0 : part === parts ? label.length : label.length >> 1);
    if (place > text.length || part === 0) text = text.padEnd(Math.max(0, place)) + label;
  }
  return [span(' '.repeat(LANES_MARGIN)), span(text, 'dim')];
}

/** One window as a line of a table. */
export function windowLine(window: Window, isChosen: boolean): Line {
  const { number, name, about, from, until, observed, wasOn, problem } = window;
  const length = until === Infinity ? 'to the end' : `${((until - from) / 1e9).toFixed(3)} s`;
  const effect = !wasOn
    ? span(`never on${problem === undefined ? '' : `: ${problem}`}`, 'unsure')
    : observed === true
      ? span('seen to work', 'good')
      : observed === false
        ? span('not seen to work', 'unsure')
        : span('', 'dim');
  return [
    span(isChosen ? '▶ ' : '  ', 'bold'),
    numberCell(`#${number}`, 5),
    span('  '),
    cell(name, 12, isChosen ? 'bold' : 'fault'),
    numberCell(`${(from / 1e9).toFixed(3)} s`, 11),
    numberCell(wasOn ? length : '', 12),
    span('  '),
    effect,
    span('  '),
    span(about, 'dim'),
  ];
}
