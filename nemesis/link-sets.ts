/** The links that a fault of many links shapes, and how it calls them. */
import type { NodeId } from '../systems/contract.ts';
import type { LinkSet } from './entry.ts';
import { CLIENTS, type Link } from './host.ts';

export function linksOf(set: LinkSet, nodes: readonly NodeId[]): Link[] {
  const links: Link[] = [];
  for (const from of nodes) {
    if (set !== 'clients') for (const to of nodes) if (from !== to) links.push({ from, to });
    if (set !== 'nodes') links.push({ from: CLIENTS, to: from }, { from, to: CLIENTS });
  }
  return links;
}

export function linkSetText(set: LinkSet): string {
  return set === 'all' ? 'all links' : `links of ${set}`;
}
