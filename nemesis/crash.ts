/**
 * Kills nodes without notice (SIGKILL; on hosts that can, what was not synced is lost) and starts them
 * again on what their disks hold.
 *
 * Observed by the operating system's word: down after the kill, running again after the restart (or
 * paused, by another fault), unless another fault still holds it down or gives it every reason to halt.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Fault } from './fault.ts';
import type { NodeState } from './host.ts';
import { hittable, statesOf } from './node-fault.ts';

export const crash: Fault<'crash'> = {
  name: 'crash',
  about: 'kill nodes (SIGKILL) and start them again on what their disks hold',
  parameters: [{ name: 'target', about: 'which nodes' }],
  defaults: { target: 'one', every: 10_000, for: 2000 },
  needs: ['crash', 'restart', 'state'],

  async aim({ target }, options) {
    // A node that another lane's crash holds down stays down until both let go. One that ended by
    // itself is left alone.
    const hit = await hittable(target, ['up', 'paused', 'down'], options);
    if ('skipped' in hit) return hit;
    return { effect: { fault: 'crash', about: hit.nodes.join(' '), nodes: hit.nodes } };
  },

  async start({ nodes }, { host, holds }) {
    const release = await holds.keep(nodes, 'down');
    const killed = statesOf(host, nodes);
    // One that has halted because of another fault is as down as one that was killed.
    const halted = nodes.filter((node) => killed[node] === 'halted' && holds.mayHalt(node));
    let after: { readonly [node: string]: NodeState } = {};
    let held: readonly NodeId[] = [];
    return {
      targets: nodes,
      async stop() {
        const isHeld = (node: NodeId): boolean => holds.wanted(node) === 'down';
        const released = release();
        // Who else holds it down may let go while we wait: asked on both sides of that.
        const before = nodes.filter(isHeld);
        await released;
        after = statesOf(host, nodes);
        held = nodes.filter((node) => before.includes(node) || isHeld(node) || holds.mayHalt(node));
      },
      observe() {
        return {
          observed: nodes.every(
            (node) =>
              (killed[node] === 'down' || halted.includes(node)) &&
              (after[node] === 'up' || after[node] === 'paused' || held.includes(node)),
          ),
          evidence: { killed, after, ...(held.length > 0 && { held }) },
        };
      },
    };
  },
};
