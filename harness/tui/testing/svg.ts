/** A terminal's screen as a picture: an SVG with text in it, so that it is small, sharp and can be searched. */
import type { Colour, Look, Run } from './terminal.ts';

/** Of a cell, and of what is around the screen; px. */
const WIDTH = 8.4;
const HEIGHT = 18;
const MARGIN = 14;
const BAR = 26;

const FOREGROUND = '#d4d7dd';
const BACKGROUND = '#16181d';
/** The 16 that have names: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones. */
const NAMED =
  '#2b2f38 #e0605e #8fc36b #e2b95b #6ea8e8 #c58ae0 #5fc2c2 #d4d7dd #7c828e #ff8683 #b3e08e #ffd98a #9cc8ff #e2b3f5 #8ae6e6 #ffffff'.split(
    ' ',
  );

export interface Picture {
  readonly title: string;
  readonly columns: number;
}

export function svgOf(rows: readonly (readonly Run[])[], { title, columns }: Picture): string {
  const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
  const height = Math.ceil(rows.length * HEIGHT + BAR + MARGIN);
  const lines = rows.flatMap((runs, row) => runs.flatMap((run) => drawn(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...['#e0605e', '#e2b95b', '#8fc36b'].map(
      (colour, at) => `<circle cx="${MARGIN + 6 + at * 18}" cy="${BAR / 2}" r="5" fill="${colour}"/>`,
    ),
    `<text x="${width / 2}" y="${BAR / 2 + 5}" text-anchor="middle" fill="#7c828e">${escaped(title)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ column, width, text, look }: Run, row: number): string[] {
  const { foreground, background } = coloursOf(look);
  const x = round(MARGIN + column * WIDTH);
  const top = BAR + row * HEIGHT;
  const length = round(width * WIDTH);
  const parts: string[] = [];
  if (background !== undefined)
    parts.push(`<rect x="${x}" y="${top}" width="${length}" height="${HEIGHT}" fill="${background}"/>`);
  if (text.trim() === '') return parts;
  const weight = look.bold ? ' font-weight="bold"' : '';
  const faint = look.dim ? ' opacity="0.6"' : '';
  parts.push(
    `<text x="${x}" y="${top + 13.5}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="${foreground}"${weight}${faint}>${escaped(text)}</text>`,
  );
  return parts;
}

function coloursOf({ foreground, background, inverse }: Look): {
  foreground: string;
  background: string | undefined;
} {
  const [front, back] = [cssOf(foreground), cssOf(background)];
  if (inverse) return { foreground: back ?? BACKGROUND, background: front ?? FOREGROUND };
  return { foreground: front ?? FOREGROUND, background: back };
}

/** The 256 colours of terminals: 16 named ones, a cube of six steps each way, 24 greys. */
function cssOf(colour: Colour): string | undefined {
  if (typeof colour !== 'number') return colour;
  if (colour < 16) return NAMED[colour];
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const step = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = colour - 16;
  return `rgb(${step(Math.floor(cube / 36))},${step(Math.floor(cube / 6) % 6)},${step(cube % 6)})`;
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
