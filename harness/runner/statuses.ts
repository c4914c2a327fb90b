/**
 * What nodes say of themselves, in the history: `node.status`, with what the host knows of each node and
 * what the node answered, if it did. The system's invariants are held against that, so that the judging
 * half needs nothing but the history.
 *
 * Asking changes nothing: a status has no effect on its node, and in a simulation it takes no time and
 * draws nothing, so a run goes on as it would have without.
 */
import type { Recorder } from '../history/recorder.ts';
import type { Host } from '../hosts/host.ts';
import type { Timeline } from './timeline.ts';

/** How often while the run goes on, ms. */
export const ASK_EVERY_MS = 250;

interface Scene {
  readonly host: Pick<Host, 'nodes' | 'status' | 'state'>;
  readonly history: Recorder;
}

/** Asks all at once and records in the order of the nodes, whoever was first to answer. */
export async function recordStatuses({ host, history }: Scene): Promise<void> {
  const statuses = await Promise.all(host.nodes.map((node) => host.status(node)));
  for (const [at, node] of host.nodes.entries()) {
    const value = { state: host.state(node), ...statuses[at] };
    history.record({ process: 'host', type: 'info', f: 'node.status', node, value });
  }
}

/** Records them time and again, one round after the other, until `signal` fires. */
export async function keepAsking(scene: Scene & { timeline: Timeline }, signal: AbortSignal): Promise<void> {
  const { timeline } = scene;
  for (;;) {
    await timeline.sleepUntil(timeline.now() + ASK_EVERY_MS, signal);
    if (signal.aborted) return;
    await recordStatuses(scene);
  }
}
