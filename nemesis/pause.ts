/**
 * Stops nodes' processes (SIGSTOP) and lets them go on: they miss messages' deadlines but lose nothing,
 * and what they believed before is what they believe after.
 *
 * Observed by the operating system's word that a node is stopped, and by its silence when asked.
 */
import type { NodeStatus } from '../systems/contract.ts';
import type { Fault } from './fault.ts';
import { hittable, statesOf } from './node-fault.ts';

/** How long a node gets to show that it still answers: most of the fault, but no longer than this; ms. */
const SILENCE = 300;

export const pause: Fault<'pause'> = {
  name: 'pause',
  about: 'stop the processes of nodes (SIGSTOP) and let them go on (SIGCONT)',
  parameters: [{ name: 'target', about: 'which nodes' }],
  defaults: { target: 'one', every: 10_000, for: 3000 },
  needs: ['pause', 'resume', 'state', 'status'],

  async aim({ target }, options) {
    const hit = await hittable(target, ['up', 'paused'], options);
    if ('skipped' in hit) return hit;
    return { effect: { fault: 'pause', about: hit.nodes.join(' '), nodes: hit.nodes } };
  },

  async start({ nodes }, { host, holds, duration }) {
    const release = await holds.keep(nodes, 'paused');
    const states = statesOf(host, nodes);
    const halted = nodes.filter((node) => states[node] === 'halted' && holds.mayHalt(node));
    const limit = Math.min(SILENCE, Math.max(1, duration * 0.8));
    // Asked while it is on, without delaying its end; a probe that fails shows nothing.
    const probes = Promise.all(
      nodes.map((node) => host.status(node, limit).catch((error: unknown) => ({ error: String(error) }))),
    );
    let answers: readonly (NodeStatus | { readonly error: string } | undefined)[] = [];
    return {
      targets: nodes,
      async stop() {
        answers = await probes;
        await release();
      },
      observe() {
        const answered = nodes.filter((_, index) => answers[index] !== undefined);
        // A node that another fault crashed at that moment, or made halt, is as stopped as can be.
        const stopped = nodes.every(
          (node) => states[node] === 'paused' || states[node] === 'down' || halted.includes(node),
        );
        return {
          observed: stopped && answers.length === nodes.length && answered.length === 0,
          evidence: { states, asked: answers.length, answered },
        };
      },
    };
  },
};
