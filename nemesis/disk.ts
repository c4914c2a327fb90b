/**
 * Puts nodes' disks in trouble: slow, failing, full. A node whose disk fails may rightly halt; it is
 * started again on the disk that is well when the trouble is over.
 *
 * Observed by the disk's counters: every node that asked something of its disk was slowed or failed.
 * Where nobody asked anything, it shows nothing either way.
 */
import type { NodeId } from '../systems/contract.ts';
import type { Fault } from './fault.ts';
import { errorText } from './holds.ts';
import type { DiskCounters, DiskTrouble, NemesisHost, NodeState } from './host.ts';
import { hittable, statesOf } from './node-fault.ts';

/** How much longer a sync takes where an entry does not say, ms. */
export const SLOW_DISK = 100;

type Counters = { readonly [node: NodeId]: DiskCounters };

export const disk: Fault<'disk'> = {
  name: 'disk',
  about: 'make the disks of nodes slow, failing or full',
  parameters: [
    { name: 'target', about: 'which nodes' },
    { name: 'trouble', about: 'slow: every sync takes longer; fail: none works; full: nothing can be added' },
    { name: 'delay', about: 'how much longer a sync takes on a slow disk' },
  ],
  defaults: { target: 'one', trouble: 'slow', delay: SLOW_DISK, every: 10_000, for: 3000 },
  needs: ['trouble', 'diskCounters', 'state', 'restart'],

  async aim(entry, options) {
    const hit = await hittable(entry.target, ['up', 'paused', 'down'], options);
    if ('skipped' in hit) return hit;
    const trouble: DiskTrouble =
      entry.trouble === 'slow' ? { kind: 'slow', delay: entry.delay } : { kind: entry.trouble };
    const about = `${trouble.kind}${trouble.kind === 'slow' ? ` +${trouble.delay} ms` : ''} ${hit.nodes.join(' ')}`;
    return { effect: { fault: 'disk', about, nodes: hit.nodes, trouble } };
  },

  async start({ nodes, trouble }, { host, holds }) {
    let blind: string | undefined;
    const read = async (): Promise<Counters | undefined> => {
      try {
        return await countersOf(host, nodes);
      } catch (error) {
        blind = errorText(error);
        return undefined;
      }
    };
    // A node may be hit, and halt, before anyone could look; what it asked before was not to be hit.
    const before = await read();
    const release = await holds.trouble(nodes, trouble);
    const begun = await read();
    let after: Counters | undefined;
    let during: { readonly [node: NodeId]: NodeState } = {};
    return {
      targets: nodes,
      ...(trouble.kind !== 'slow' && { mayHalt: nodes }),
      async stop() {
        after = await read();
        during = statesOf(host, nodes);
        await release();
      },
      observe() {
        if (before === undefined || begun === undefined || after === undefined) {
          return { observed: false, evidence: { error: blind ?? 'the counters were not read' } };
        }
        const shown = nodes.map((node) => grown(before[node]!, begun[node]!, after![node]!));
        // What another lane let fail on the same disk could not be slowed as well.
        const isSlow = trouble.kind === 'slow';
        const asked = shown.filter(({ syncs, failed }) => syncs > (isSlow ? failed : 0));
        const evidence = {
          disks: Object.fromEntries(nodes.map((node, index) => [node, { ...shown[index]! }])),
          during,
          after: statesOf(host, nodes),
        };
        if (asked.length === 0) return { observed: false, idle: true, evidence };
        return { observed: asked.every(({ slowed, failed }) => (isSlow ? slowed : failed) > 0), evidence };
      },
    };
  },
};

async function countersOf(host: NemesisHost, nodes: readonly NodeId[]): Promise<Counters> {
  const { diskCounters } = host;
  if (diskCounters === undefined) throw new Error('this host counts nothing of disks');
  return Object.fromEntries(
    await Promise.all(nodes.map(async (node) => [node, await diskCounters(node)] as const)),
  );
}

/** What was hit since `before`, and what was asked since `begun`, or was hit. */
function grown(before: DiskCounters, begun: DiskCounters, after: DiskCounters): DiskCounters {
  const slowed = after.slowed - before.slowed;
  const failed = after.failed - before.failed;
  return { syncs: Math.max(after.syncs - begun.syncs, slowed + failed), slowed, failed };
}
