/** What the faults that hit whole nodes have in common: whom they can hit, and how they say it. */
import type { NodeId } from '../systems/contract.ts';
import type { Target } from './entry.ts';
import type { NemesisHost, NodeState } from './host.ts';
import { resolveTarget, type Resolved, type TargetOptions } from './targets.ts';

/**
 * The targets, less those that can't be hit in the state they are in. They are drawn first and sorted
 * out after: so what is drawn depends on the seed, not on the moment.
 */
export async function hittable(
  target: Target,
  states: readonly NodeState[],
  options: TargetOptions,
): Promise<Resolved> {
  const drawn = await resolveTarget(target, options);
  if ('skipped' in drawn) return drawn;
  const nodes = drawn.nodes.filter((node) => states.includes(options.host.state(node)));
  if (nodes.length > 0) return { nodes };
  return { skipped: drawn.nodes.map((node) => `${node} is ${options.host.state(node)}`).join(', ') };
}

export function statesOf(
  host: NemesisHost,
  nodes: readonly NodeId[],
): { readonly [node: NodeId]: NodeState } {
  return Object.fromEntries(nodes.map((node) => [node, host.state(node)]));
}

export function targetText(target: Target): string {
  if (typeof target === 'string') return target;
  return 'role' in target ? target.role : target.node;
}
