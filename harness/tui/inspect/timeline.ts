/**
 * A counterexample as a picture: a row a process, an interval an operation, in the order in which they began
 * and ended. Places say only what came before what: operations microseconds apart can be told apart, and what
 * overlaps overlaps.
 */
import type { Counterexample, Operation, Order } from '../../report/page/data.ts';
import { fit, span, widthOf, type Line, type Span, type Style } from '../spans.ts';
import type { Window } from './windows.ts';

export const TIMELINE_LABEL = 13;
/** Between two moments so many columns at least. */
const LEAST_GAP = 2;
const WIDEST_LABEL = 28;

export interface Placed {
  readonly operation: Operation;
  readonly left: number;
  readonly right: number;
}

export interface Layout {
  readonly processes: readonly string[];
  readonly placed: readonly Placed[];
  readonly width: number;
  /** Where a moment of the run (ms) is. */
  column(ms: number): number;
}

/** As wide as the labels need it, at least `width` columns. */
export function layoutOf({ operations }: Counterexample, width: number): Layout {
  // Indices of ops are their order in real time; an operation that is open goes on behind all others.
  const moments = [...new Set(operations.flatMap(({ id, end }) => (end === null ? [id] : [id, end])))].sort(
    (a, b) => a - b,
  );
  const place = new Map(moments.map((moment, at) => [moment, at]));
  const last = moments.length;
  const gaps = new Array<number>(last).fill(LEAST_GAP);
  const ends = operations.map((operation) => ({
    operation,
    from: place.get(operation.id)!,
    until: operation.end === null ? last : place.get(operation.end)!,
  }));
  const widthBetween = (from: number, until: number): number =>
    gaps.slice(from, until).reduce((sum, gap) => sum + gap, 0);
  const total = (): number => widthBetween(0, last);
  // Room for labels, for the operations that end first at first, as long as there is room.
  for (const { operation, from, until } of [...ends].sort((a, b) => a.until - b.until)) {
    const wanted = Math.min(WIDEST_LABEL, operation.text.length) + 6;
    const missing = wanted - widthBetween(from, until);
    const room = Math.max(0, width - 2 - total());
    const more = Math.min(missing, room);
    if (more > 0) gaps[until - 1] = gaps[until - 1]! + more;
  }
  // What is left over is for all.
  const over = width - 2 - total();
  if (over > 0) for (const at of gaps.keys()) gaps[at] = gaps[at]! + Math.floor(over / last);
  const columns = [0];
  for (const gap of gaps) columns.push(columns.at(-1)! + gap);
  const times = operations.flatMap(({ id, end, from, until }) => [
    { ms: from, column: columns[place.get(id)!]! },
    ...(end === null || until === null ? [] : [{ ms: until, column: columns[place.get(end)!]! }]),
  ]);
  times.sort((a, b) => a.ms - b.ms || a.column - b.column);
  return {
    processes: [...new Set([...operations].sort((a, b) => a.id - b.id).map(({ process }) => process))],
    placed: ends.map(({ operation, from, until }) => ({
      operation,
      left: columns[from]!,
      right: columns[until]!,
    })),
    width: columns.at(-1)! + 1,
    column(ms) {
      const after = times.find((time) => time.ms >= ms);
      const before = times.findLast((time) => time.ms <= ms);
      if (after === undefined) return columns.at(-1)!;
      if (before === undefined) return 0;
      if (after.ms === before.ms) return before.column;
      const share = (ms - before.ms) / (after.ms - before.ms);
      return Math.round(before.column + share * (after.column - before.column));
    },
  };
}

export interface Progress {
  /** How the operations stand after a step: place in the order from 1, or why not yet. */
  readonly standing: ReadonlyMap<number, Standing>;
  /** The one that the step put in order. */
  readonly current: number | undefined;
}

export type Standing =
  | { readonly kind: 'placed'; readonly nth: number }
  | { readonly kind: 'possible' }
  | { readonly kind: 'impossible' };

export function progressOf(order: Order, step: number): Progress {
  const standing = new Map<number, Standing>();
  const now = order.steps[step];
  for (const { operation, possible } of now?.remaining ?? [])
    standing.set(operation, { kind: possible ? 'possible' : 'impossible' });
  for (const [nth, { operation }] of order.steps.slice(0, step + 1).entries())
    if (operation !== undefined) standing.set(operation, { kind: 'placed', nth });
  return { standing, current: now?.operation };
}

/** Rows of the picture, each `label` and a part of the timeline from column `from` on. */
export function timelineLines(
  layout: Layout,
  blocked: number,
  progress: Progress,
  selected: number | undefined,
  from: number,
  width: number,
): readonly Line[] {
  const columns = Math.max(1, width - TIMELINE_LABEL);
  return layout.processes.map((process): Line => {
    const spans: Span[] = [];
    let at = 0;
    const mine = layout.placed
      .filter(({ operation }) => operation.process === process)
      .sort((a, b) => a.left - b.left);
    for (const one of mine) {
      const next = mine.find(({ left }) => left > one.left)?.left ?? layout.width;
      const right = Math.min(one.right + 1, Math.max(next, one.left + 1));
      spans.push(span(' '.repeat(Math.max(0, one.left - at))));
      spans.push(barOf(one, right - one.left, blocked, progress, selected));
      at = right;
    }
    const label = fit([span(`process ${process}`, 'dim')], TIMELINE_LABEL);
    return [...label, ...part(spans, from, columns)];
  });
}

/** `├2 put k1 "9" → ok──┤`: its place in the order; `▸` may come next, `×` can't, `✗` is what nothing explains. */
function barOf(
  { operation }: Placed,
  width: number,
  blocked: number,
  { standing, current }: Progress,
  selected: number | undefined,
): Span {
  const { id, text, end } = operation;
  const state = standing.get(id);
  const sign =
    state?.kind === 'placed'
      ? String(state.nth)
      : id === blocked
        ? '✗'
        : state?.kind === 'possible'
          ? '▸'
          : state?.kind === 'impossible'
            ? '×'
            : ' ';
  const isSelected = id === selected;
  const [left, right] = isSelected ? ['▐', '▌'] : ['├', end === null ? '╌' : '┤'];
  const fill = end === null ? '╌' : state?.kind === 'placed' ? '━' : '─';
  const room = Math.max(0, width - 2);
  const safe = span(`${sign} ${text}`).text;
  const label = widthOf(fit([span(safe)], room)) === 0 ? '' : cutTo(safe, room);
  const filled = `${left}${label}${fill.repeat(Math.max(0, room - span(label).width))}${width > 1 ? right : ''}`;
  const style: Style =
    id === current
      ? 'chosen'
      : id === blocked
        ? 'bad'
        : state?.kind === 'placed'
          ? 'good'
          : state?.kind === 'possible'
            ? 'bold'
            : 'dim';
  return span(filled, style);
}

function cutTo(text: string, room: number): string {
  if (room <= 0) return '';
  if (span(text).width <= room) return text;
  return fit([span(text)], room)
    .map((one) => one.text)
    .join('')
    .trimEnd();
}

/** Faults that were on meanwhile, a row each; at most `most`. */
export function faultRows(
  layout: Layout,
  windows: readonly Window[],
  from: number,
  width: number,
  range: { readonly from: number; readonly until: number },
  most: number,
): readonly Line[] {
  const columns = Math.max(1, width - TIMELINE_LABEL);
  const on = windows.filter(
    (window) => window.wasOn && window.from / 1e6 <= range.until && window.until / 1e6 >= range.from,
  );
  return on.slice(0, most).map((window): Line => {
    const left = window.from / 1e6 <= range.from ? 0 : layout.column(window.from / 1e6);
    const right = window.until / 1e6 >= range.until ? layout.width : layout.column(window.until / 1e6) + 1;
    const width = Math.max(1, right - left);
    const label = cutTo(span(`${window.name} ${window.about}`).text, width - 2);
    const text = width < 3 ? '▒'.repeat(width) : `▒${label}${'▒'.repeat(width - 1 - span(label).width)}`;
    return [
      ...fit([span(`fault #${window.number}`, 'dim')], TIMELINE_LABEL),
      ...part([span(' '.repeat(left)), span(text, 'fault')], from, columns),
    ];
  });
}

/** Times of the first and last moment on the screen. */
export function scaleLine(range: { readonly from: number; readonly until: number }, width: number): Line {
  const [first, last] = [range.from, range.until].map((ms) => `${(ms / 1000).toFixed(4)} s`);
  const middle = ' not to scale ';
  const room = width - TIMELINE_LABEL - first!.length - last!.length - middle.length;
  const dots = Math.max(0, room);
  return [
    span(' '.repeat(TIMELINE_LABEL)),
    span(
      `${first}${'·'.repeat(dots >> 1)}${room < 0 ? ' ' : middle}${'·'.repeat(dots - (dots >> 1))}${last}`,
      'dim',
    ),
  ];
}

/** Columns of a line from one on. */
function part(spans: readonly Span[], from: number, columns: number): Line {
  if (from === 0) return fit(spans, columns);
  const kept: Span[] = [];
  let at = 0;
  for (const one of spans) {
    const [left, right] = [at, at + one.width];
    at = right;
    if (right <= from) continue;
    if (left >= from) kept.push(one);
    else {
      // Bars hold wide characters seldom; where they do, a column more or less is cut off.
      kept.push(span([...one.text].slice(from - left).join(''), one.style));
    }
  }
  return fit(kept, columns);
}
