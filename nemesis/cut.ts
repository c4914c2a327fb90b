/**
 * What a set of cut links comes to, in words: two sides where there are two, else link by link. For
 * partitions that nobody drew by a shape: those that a plan gives link by link.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Direction } from './entry.ts';
import { cutText } from './grudge.ts';
import { CLIENTS, type Endpoint, type Link } from './host.ts';

interface Sides {
  readonly near: readonly Endpoint[];
  readonly far: readonly Endpoint[];
  /** As seen from `near`. */
  readonly direction: Direction;
}

/** So many cuts are told one by one. */
const MAX_TOLD = 6;

/** `isolated`: the smaller side of two, never the one that the clients are on; empty where there are none. */
export function describeCut(links: readonly Link[]): {
  readonly isolated: readonly NodeId[];
  readonly about: string;
} {
  const sides = sidesOf(links);
  if (sides === undefined) return { isolated: [], about: linkByLink(links) };
  const { near, far, direction } = sides;
  const isFar = near.includes(CLIENTS) || (!far.includes(CLIENTS) && far.length < near.length);
  if (!isFar) return { isolated: near, about: cutText(near, far, direction) };
  return { isolated: far, about: cutText(far, near, direction === 'both' ? 'both' : 'in') };
}

/** The two sets between which every link is cut, one way or both ways, and no other is. */
function sidesOf(links: readonly Link[]): Sides | undefined {
  const first = links[0];
  if (first === undefined) return undefined;
  const tos = (start: Endpoint): Endpoint[] =>
    once(
      links.filter(({ from }) => from === start),
      'to',
    );
  const froms = (end: Endpoint): Endpoint[] =>
    once(
      links.filter(({ to }) => to === end),
      'from',
    );
  const [near, far] = [froms(first.to), tos(first.from)];
  if (near.some((end) => far.includes(end))) return undefined;
  const isOut = ({ from, to }: Link): boolean => near.includes(from) && far.includes(to);
  const isIn = ({ from, to }: Link): boolean => far.includes(from) && near.includes(to);
  const out = links.filter(isOut).length;
  const back = links.filter(isIn).length;
  const all = near.length * far.length;
  if (out + back !== links.length || out !== all) return undefined;
  if (back === 0) return { near, far, direction: 'out' };
  return back === all ? { near, far, direction: 'both' } : undefined;
}

function linkByLink(links: readonly Link[]): string {
  const isCut = (from: Endpoint, to: Endpoint): boolean =>
    links.some((link) => link.from === from && link.to === to);
  const told = links.flatMap(({ from, to }) => {
    if (!isCut(to, from)) return [cutText([from], [to], 'out')];
    // Of the two ways the one that is listed first tells of both.
    const isFirst = links.find((link) => isSame(link, from, to))!.from === from;
    return isFirst ? [cutText([from], [to], 'both')] : [];
  });
  const rest = told.length > MAX_TOLD ? `, and ${told.length - MAX_TOLD} more` : '';
  return told.slice(0, MAX_TOLD).join(', ') + rest;
}

function isSame({ from, to }: Link, one: Endpoint, other: Endpoint): boolean {
  return (from === one && to === other) || (from === other && to === one);
}

function once(links: readonly Link[], end: 'from' | 'to'): Endpoint[] {
  return [...new Set(links.map((link) => link[end]))];
}
