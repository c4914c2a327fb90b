/**
 * Flips one bit of what a node has durably stored, as a disk that rots does: the node is killed, the bit
 * is flipped, and the node is started again.
 *
 * A node that finds its data damaged must halt, and then it stays down: its disk is lost. So over a whole
 * run no more nodes are hit than a minority together, or nobody could be asked to serve. (A node may also
 * come back: the bit mattered to nothing, or was in a last record, which looks like a torn write.)
 *
 * Observed by the host's word of where the bit was. A disk with nothing on it shows nothing.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Fault } from './fault.ts';
import { minorityOf } from './grudge.ts';
import { hittable, statesOf } from './node-fault.ts';
import { undo } from './shared-holds.ts';

/** `where` is one of so many places, which any number in JSON holds exactly. */
const PLACES = 2 ** 30;

export const flip: Fault<'flip'> = {
  name: 'flip',
  about: 'flip a bit of what nodes have stored; no more nodes in a run than a minority',
  parameters: [{ name: 'target', about: 'which nodes' }],
  defaults: { target: 'one', every: 20_000, for: 1000 },
  needs: ['flip', 'crash', 'restart', 'state'],

  async aim({ target }, options) {
    const { host, holds, random } = options;
    const hit = await hittable(target, ['up', 'paused', 'down'], options);
    if ('skipped' in hit) return hit;
    const most = minorityOf(host.nodes.length);
    const nodes = hit.nodes.filter((node) => holds.doom(node, most));
    if (nodes.length === 0) {
      const before = [...holds.doomed].join(', ');
      return {
        skipped:
          most === 0
            ? `no minority of ${host.nodes.length} nodes`
            : `a bit of ${before} was flipped before; with ${hit.nodes.join(', ')} it were more than a minority`,
      };
    }
    const where = random.int(PLACES) / PLACES;
    return { effect: { fault: 'flip', about: nodes.join(' '), nodes, where } };
  },

  async start({ nodes, where }, { host, holds }) {
    const { flip } = host;
    if (flip === undefined) throw new Error('this host cannot flip bits');
    for (const node of nodes) holds.doom(node, host.nodes.length);
    const release = await holds.keep(nodes, 'down');
    const places: Record<NodeId, { readonly file: string; readonly offset: number } | null> = {};
    try {
      for (const node of nodes) {
        places[node] = (await flip(node, where)) ?? null;
        if (places[node] !== null) holds.damaged(node);
      }
    } catch (error) {
      await undo(release, error);
      throw error;
    }
    const hit = nodes.filter((node) => places[node] !== null);
    return {
      targets: nodes,
      mayHalt: hit,
      stop: release,
      observe() {
        const evidence = { places, after: statesOf(host, nodes) };
        return hit.length > 0 ? { observed: true, evidence } : { observed: false, idle: true, evidence };
      },
    };
  },
};
