/** Numbers over time as bars, a column each, in one line or several. */
import { Span, type Line, type Style } from './spans.ts';

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

export interface Column {
  /** Undefined: there is nothing to show, which is not the same as 0. */
  readonly value: number | undefined;
  readonly style: Style;
}

/** `height` lines; the tallest column is `max`. What is more than nothing shows at least an eighth. */
export function sparkline(columns: readonly Column[], max: number, height = 1): readonly Line[] {
  const levels = columns.map(({ value }) => levelOf(value, max, height * 8));
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    const spans: Span[] = [];
    let [text, style]: [string, Style] = ['', 'plain'];
    for (const [at, column] of columns.entries()) {
      const level = levels[at];
      const isEmpty = level === undefined && row === height - 1;
      const glyph = isEmpty ? '·' : EIGHTHS[Math.max(0, Math.min(8, (level ?? 0) - below))]!;
      if (column.style !== style && text !== '') {
        spans.push(new Span(text, style));
        text = '';
      }
      style = column.style;
      text += glyph;
    }
    if (text !== '') spans.push(new Span(text, style));
    return spans;
  });
}

function levelOf(value: number | undefined, max: number, full: number): number | undefined {
  if (value === undefined) return undefined;
  if (value <= 0 || max <= 0) return 0;
  return Math.max(1, Math.round((Math.min(value, max) / max) * full));
}
