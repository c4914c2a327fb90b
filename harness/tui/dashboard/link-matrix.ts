/** Which directed links are cut or shaped: a row for whoever sends, a column for whoever is to hear it. */
import { CLIENTS } from '../../../nemesis/host.ts';
import { cell, span, type Line, type Span } from '../spans.ts';
import type { Picture } from './picture.ts';

const LABEL = 4;
const SIGNS = { cut: '✗', shaped: '~', whole: '·' } as const;

/** The header and a line for each node and for the clients; undefined where `width` is too little. */
export function linkMatrix({ nodes, links }: Picture, width: number): readonly Line[] | undefined {
  const ends = [...nodes.map(({ node }) => node), CLIENTS];
  const wide = [3, 2, 1].find((cells) => LABEL + cells * ends.length <= width);
  if (wide === undefined) return undefined;
  const of = (from: string, to: string): Span => {
    const broken = links.find(({ link }) => link.from === from && link.to === to);
    const isNone = from === to;
    if (isNone) return span(' '.repeat(wide));
    if (broken?.cut !== undefined) return span(SIGNS.cut.padStart(wide), 'bad');
    if (broken?.shape !== undefined) return span(SIGNS.shaped.padStart(wide), 'fault');
    return span(SIGNS.whole.padStart(wide), 'dim');
  };
  const header = [span('→'.padEnd(LABEL), 'title'), ...ends.map((end) => span(short(end, wide), 'title'))];
  return [
    header,
    ...ends.map((from) => [cell(nameOf(from), LABEL, 'bold'), ...ends.map((to) => of(from, to))]),
  ];
}

function nameOf(end: string): string {
  return end === CLIENTS ? 'cl' : end;
}

/** `n12` in two cells is `12`, in one `2`: the rows have the whole names, in the same order. */
function short(end: string, wide: number): string {
  const name = nameOf(end);
  if (name.length < wide) return name.padStart(wide);
  return wide === 1 ? name.slice(-1) : name.slice(-(wide === 3 ? 2 : wide)).padStart(wide);
}
