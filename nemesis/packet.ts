/**
 * Loses messages, delivers them twice, and lets later ones overtake them, each by chance.
 *
 * Observed by counters: some message was hit while it was on. Where none was, because little or nothing
 * was sent, it shows nothing either way.
 */
import type { Fault } from './fault.ts';
import { errorText } from './holds.ts';
import type { LinkCounters } from './host.ts';
import { linkSetText, linksOf } from './link-sets.ts';

export const packet: Fault<'packet'> = {
  name: 'packet',
  about: 'lose, duplicate and reorder single messages',
  parameters: [
    { name: 'links', about: 'all, those between nodes, or those between clients and nodes' },
    { name: 'loss', about: 'how probably a message is lost' },
    {
      name: 'duplicate',
      about: 'how probably it arrives twice; never a client’s request, which arrives once at most',
    },
    { name: 'reorder', about: 'how probably it is held back, so that later ones overtake it' },
  ],
  defaults: { links: 'nodes', loss: 0.05, duplicate: 0, reorder: 0, every: 10_000, for: 5000 },
  needs: ['shape', 'counters'],

  async aim({ links, loss, duplicate, reorder }, { host }) {
    const hit = linksOf(links, host.nodes);
    if (hit.length === 0) return { skipped: `no links between ${host.nodes.length} nodes` };
    const about = `${linkSetText(links)}: ${probabilitiesText({ loss, duplicate, reorder })}`;
    return { effect: { fault: 'packet', about, links: hit, loss, duplicate, reorder } };
  },

  async start({ links, loss, duplicate, reorder }, { host, holds }) {
    const release = await holds.shape(links, { delay: 0, jitter: 0, loss, duplicate, reorder });
    let blind: string | undefined;
    const read = async (): Promise<Sum | undefined> => {
      try {
        return sum(await host.counters(links));
      } catch (error) {
        blind = errorText(error);
        return undefined;
      }
    };
    const before = await read();
    let after: Sum | undefined;
    return {
      targets: [],
      async stop() {
        after = await read();
        await release();
      },
      observe() {
        if (before === undefined || after === undefined) {
          return { observed: false, evidence: { error: blind ?? 'the counters were not read' } };
        }
        const mangled = after.mangled - before.mangled;
        const evidence = { links: links.length, offered: after.offered - before.offered, mangled };
        return mangled > 0 ? { observed: true, evidence } : { observed: false, idle: true, evidence };
      },
    };
  },
};

/** The probabilities that are not 0: `loss 5 %, reorder 10 %`. */
export function probabilitiesText(probabilities: { readonly [what: string]: number }): string {
  return Object.entries(probabilities)
    .filter(([, probability]) => probability > 0)
    .map(([what, probability]) => `${what} ${percent(probability)}`)
    .join(', ');
}

/** `0.05` is `5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

interface Sum {
  readonly offered: number;
  readonly mangled: number;
}

function sum(counters: readonly LinkCounters[]): Sum {
  return {
    offered: counters.reduce((total, { offered }) => total + offered, 0),
    mangled: counters.reduce((total, { mangled = 0 }) => total + mangled, 0),
  };
}
