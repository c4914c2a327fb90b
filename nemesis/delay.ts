/**
 * Slows messages down. Those of one link stay in order.
 *
 * Observed by counters: something was delivered over the slowed links while they were slow.
 */
import type { Fault } from './fault.ts';
import type { LinkCounters } from './host.ts';
import { linkSetText, linksOf } from './link-sets.ts';

export const delay: Fault<'delay'> = {
  name: 'delay',
  about: 'slow messages down by a fixed time and a random one on top',
  parameters: [
    { name: 'links', about: 'all, those between nodes, or those between clients and nodes' },
    { name: 'delay', about: 'added to every message' },
    { name: 'jitter', about: 'up to this much on top, at random' },
  ],
  defaults: { links: 'nodes', delay: 50, jitter: 0, every: 10_000, for: 5000 },
  needs: ['shape', 'counters'],

  async aim({ links, delay, jitter }, { host }) {
    const slowed = linksOf(links, host.nodes);
    if (slowed.length === 0) return { skipped: `no links between ${host.nodes.length} nodes` };
    const about = `${linkSetText(links)} +${delay}${jitter > 0 ? `–${delay + jitter}` : ''} ms`;
    return { effect: { fault: 'delay', about, links: slowed, delay, jitter } };
  },

  async start({ links, delay, jitter }, { host, holds }) {
    const release = await holds.shape(links, { delay, jitter });
    const read = (): Promise<number | undefined> => host.counters(links).then(sum, () => undefined);
    const before = await read();
    let after: number | undefined;
    return {
      targets: [],
      async stop() {
        after = await read();
        await release();
      },
      observe() {
        const delivered = before === undefined || after === undefined ? null : after - before;
        return {
          observed: delivered !== null && delivered > 0,
          evidence: { links: links.length, delay, jitter, delivered },
        };
      },
    };
  },
};

function sum(counters: readonly LinkCounters[]): number {
  return counters.reduce((total, { delivered }) => total + delivered, 0);
}
