/**
 * What nodes say of themselves, in the history: `node.status`, with what the host knows of each node and
 * what the node answered, if it did. The system's invariants are held against that, so that the judging
 * half needs nothing but the history.
 *
 * Asking changes nothing: a status has no effect on its node, and in a simulation it takes no time and
 * draws nothing, so a run goes on as it would have without.
 */
import type { NodeState } from '../../nemesis/host.ts';
import type { NodeId, NodeStatus } from '../../systems/contract.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Host } from '../hosts/host.ts';
import type { Timeline } from './timeline.ts';

/** How often while the run goes on, ms. */
export const ASK_EVERY_MS = 250;

/** What a host knows of a node. */
export interface NodeOnHost {
  readonly node: NodeId;
  readonly state: NodeState;
}

/** And what the node says of itself; undefined when it did not answer. */
export interface NodeLook extends NodeOnHost {
  readonly status: NodeStatus | undefined;
}

interface Scene {
  readonly host: Pick<Host, 'nodes' | 'status' | 'state'>;
  readonly history: Recorder;
}

/** Asks all at once and records in the order of the nodes, whoever was first to answer. */
export async function recordStatuses(
  { host, history }: Scene,
  onLook: (look: NodeLook) => void = () => {},
): Promise<void> {
  const looks = await Promise.all(host.nodes.map((node) => lookAt(host, node, onLook)));
  for (const { node, status } of looks) {
    const value = { state: host.state(node), ...status };
    history.record({ process: 'host', type: 'info', f: 'node.status', node, value });
  }
}

async function lookAt(
  host: Scene['host'],
  node: NodeId,
  onLook: (look: NodeLook) => void,
): Promise<NodeLook> {
  // One that can't answer is told of before it was waited for.
  const state = host.state(node);
  if (state !== 'up') onLook({ node, state, status: undefined });
  const status = await host.status(node);
  const look = { node, state: host.state(node), status };
  onLook(look);
  return look;
}

export interface Asking {
  /** Whether what is said goes to the history. */
  readonly record: boolean;
  /** Hears of each node as soon as it has answered, or could not. */
  readonly onLook?: ((look: NodeLook) => void) | undefined;
}

/** Asks time and again, one round after the other, until `signal` fires. */
export async function keepAsking(
  scene: Scene & { timeline: Timeline },
  { record, onLook }: Asking,
  signal: AbortSignal,
): Promise<void> {
  const { timeline, host } = scene;
  for (;;) {
    await timeline.sleepUntil(timeline.now() + ASK_EVERY_MS, signal);
    if (signal.aborted) return;
    if (record) await recordStatuses(scene, onLook);
    else await Promise.all(host.nodes.map((node) => lookAt(host, node, onLook ?? (() => {}))));
  }
}
