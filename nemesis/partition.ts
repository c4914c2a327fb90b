/**
 * Cuts links between nodes, or between clients and nodes.
 *
 * Observed by counters: no byte may reach the far end of a cut link from the moment the cut has settled
 * (what was in flight before that may) until just before it is healed.
 */
import type { Fault, Observation } from './fault.ts';
import { grudge, linkText, shapes } from './grudge.ts';
import { errorText } from './holds.ts';
import type { Link, LinkCounters } from './host.ts';
import { resolveTarget } from './targets.ts';

export const partition: Fault<'partition'> = {
  name: 'partition',
  about: 'cut links between nodes, or between clients and nodes',
  parameters: [
    { name: 'shape', about: 'which links are cut' },
    {
      name: 'direction',
      about:
        'both: all traffic to and from the isolated side; in or out: only what would reach it or leave it',
    },
    {
      name: 'mode',
      about: 'stall: bytes wait for the heal; reset: connections are reset; discard: messages vanish',
    },
    { name: 'target', about: 'who is isolated, for the shapes one and clients' },
  ],
  defaults: { shape: 'majority-minority', direction: 'both', mode: 'stall', every: 10_000, for: 5000 },
  needs: ['cut', 'heal', 'counters'],

  async aim({ shape, direction, mode, target }, options) {
    const { host, random } = options;
    const { targeted } = shapes[shape];
    const isolated =
      shape === 'isolate-leader'
        ? await resolveTarget('leader', options)
        : targeted
          ? await resolveTarget(target ?? 'one', options)
          : { nodes: [] };
    if ('skipped' in isolated) return isolated;
    const cut = grudge(shape, { nodes: host.nodes, direction, random, isolated: isolated.nodes });
    if (cut === undefined) return { skipped: `no ${shape} of ${host.nodes.length} nodes` };
    return {
      effect: { fault: 'partition', about: cut.about, isolated: cut.isolated, links: cut.links, mode },
    };
  },

  async start({ isolated, links, mode }, { host, holds }) {
    const release = await holds.cut(links, mode);
    let after: readonly LinkCounters[] | undefined;
    let blind: string | undefined;
    const read = async (): Promise<readonly LinkCounters[] | undefined> => {
      try {
        return await host.counters(links);
      } catch (error) {
        blind = errorText(error);
        return undefined;
      }
    };
    const before = await read();
    return {
      targets: isolated,
      async stop() {
        after = await read();
        await release();
      },
      observe() {
        if (before === undefined || after === undefined) {
          return { observed: false, evidence: { error: blind ?? 'the counters were not read' } };
        }
        return compare(links, before, after);
      },
    };
  },
};

/**
 * `carried`: what these links delivered before the cut, so that the counters are known to count.
 * `idle`: links to which nothing was offered while they were cut: of those the cut shows nothing.
 */
function compare(
  links: readonly Link[],
  before: readonly LinkCounters[],
  after: readonly LinkCounters[],
): Observation {
  let [carried, delivered, offered, idle] = [0, 0, 0, 0];
  const leaks: string[] = [];
  for (const [index, link] of links.entries()) {
    const got = after[index]!.delivered - before[index]!.delivered;
    const sent = after[index]!.offered - before[index]!.offered;
    carried += before[index]!.delivered;
    delivered += got;
    offered += sent;
    if (sent === 0) idle++;
    if (got > 0) leaks.push(linkText(link));
  }
  return {
    observed: delivered === 0,
    evidence: { links: links.length, carried, idle, offered, delivered, ...(leaks.length > 0 && { leaks }) },
  };
}
