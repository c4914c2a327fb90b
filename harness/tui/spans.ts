/**
 * What a screen is made of: lines of spans, each some text in one style. Nothing else reaches a terminal,
 * and a span makes its text safe when it is made: op values, node logs and names that hold escape sequences
 * are shown, never obeyed.
 */
import stringWidth from 'string-width';
import { printableLine } from '../cli/printable.ts';

/** What a text means; `theme.ts` says how that looks. */
export type Style =
  'plain' | 'dim' | 'bold' | 'title' | 'good' | 'bad' | 'fault' | 'unsure' | 'chart' | 'shaded' | 'chosen';

/** Every character takes one cell, and none is a control character: most of what is shown. */
const PLAIN = /^[\x20-\x7e·×–—‖…←-↓─-▟■-◯✓✗]*$/;

export class Span {
  readonly text: string;
  readonly style: Style;
  /** Cells of the terminal. */
  readonly width: number;

  constructor(text: string, style: Style = 'plain') {
    const isPlain = PLAIN.test(text);
    this.text = isPlain ? text : printableLine(text);
    this.style = style;
    this.width = isPlain ? text.length : stringWidth(this.text);
  }
}

export type Line = readonly Span[];

export function span(text: string, style?: Style): Span {
  return new Span(text, style);
}

export function line(text: string, style?: Style): Line {
  return [new Span(text, style)];
}

export function widthOf(line: Line): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}

/** The line in exactly `width` cells: filled up with blanks, or cut off with `…` at its end. */
export function fit(line: Line, width: number): Line {
  const missing = width - widthOf(line);
  if (missing === 0) return line;
  if (missing > 0) return [...line, new Span(' '.repeat(missing))];
  const kept: Span[] = [];
  let room = width - 1;
  for (const one of line) {
    if (one.width <= room) kept.push(one);
    else {
      const text = beginning(one.text, room);
      kept.push(new Span(text, one.style));
      room -= kept.at(-1)!.width;
      break;
    }
    room -= one.width;
  }
  const end = width > 0 ? [new Span('…', 'dim'), new Span(' '.repeat(Math.max(0, room)))] : [];
  return [...kept, ...end].filter((one) => one.width > 0);
}

/** Text in `width` cells, to the left; numbers go to the right. */
export function cell(text: string, width: number, style?: Style): Span {
  return new Span(fitText(text, width), style);
}

export function numberCell(text: string, width: number, style?: Style): Span {
  return new Span(fitText(text, width).trimEnd().padStart(width), style);
}

/** Lines side by side, each column in its own width; a column that is too short is blank below. */
export function beside(
  columns: readonly { readonly lines: readonly Line[]; readonly width: number }[],
): Line[] {
  const height = Math.max(0, ...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap(({ lines, width }) => fit(lines[row] ?? [], width)),
  );
}

/** Words of `text` in lines of at most `width` cells; a longer word is broken. */
export function wrapped(text: string, width: number, style?: Style): Line[] {
  const lines: Line[] = [];
  let now = '';
  for (let word of new Span(text).text.split(' ')) {
    while (stringWidth(word) > width) {
      if (now !== '') lines.push(line(now, style));
      now = '';
      const head = beginning(word, width) || beginning(word, Infinity, 1);
      lines.push(line(head, style));
      word = word.slice(head.length);
    }
    const longer = now === '' ? word : `${now} ${word}`;
    if (stringWidth(longer) <= width) now = longer;
    else {
      lines.push(line(now, style));
      now = word;
    }
  }
  return [...lines, line(now, style)];
}

function fitText(text: string, width: number): string {
  return fit([new Span(text)], width)
    .map((one) => one.text)
    .join('');
}

const graphemes = new Intl.Segmenter();

/** As much of the text as takes `room` cells or less, and no more than `most` graphemes. */
function beginning(text: string, room: number, most = Infinity): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, Math.min(room, most)));
  let kept = '';
  let count = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (++count > most || stringWidth(kept + segment) > room) break;
    kept += segment;
  }
  return kept;
}
