/** Whom a node can still hear and reach, by the links that are cut. */
import type { BrokenLink } from '../../../nemesis/index.ts';
import type { NodeId } from '../../../systems/contract.ts';

/** `deaf`: nothing reaches it from any other node; `mute`: nothing of it reaches any; `isolated`: both. */
export type Reach = 'whole' | 'partly' | 'deaf' | 'mute' | 'isolated';

export function reachOf(node: NodeId, nodes: readonly NodeId[], links: readonly BrokenLink[]): Reach {
  const others = nodes.filter((other) => other !== node);
  const isCut = (from: NodeId, to: NodeId): boolean =>
    links.some(({ link, cut }) => cut !== undefined && link.from === from && link.to === to);
  const lost = others.filter((other) => isCut(other, node)).length;
  const kept = others.filter((other) => isCut(node, other)).length;
  const [deaf, mute] = [lost, kept].map((count) => count > 0 && count === others.length);
  if (deaf && mute) return 'isolated';
  if (deaf) return 'deaf';
  if (mute) return 'mute';
  return lost + kept > 0 ? 'partly' : 'whole';
}
