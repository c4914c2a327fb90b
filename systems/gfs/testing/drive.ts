/** A cluster of gfs under a test's hand, and clients of it that a test waits for. */
import type { Client, Completion, Invocation, Json, NodeId } from '../../contract.ts';
import { Cluster, type ClusterOptions } from '../../testing/cluster.ts';
import { system } from '../index.ts';
import { Master } from '../master/master.ts';

export type DriveOptions = Partial<Omit<ClusterOptions, 'system'>>;

/** Started, and long enough ago for the master to know its chunkservers. */
export function startedCluster({ nodes = 5, seed = 1, ...more }: DriveOptions = {}): Cluster {
  const cluster = new Cluster({ system, nodes, seed, ...more });
  cluster.start();
  cluster.queue.run(50);
  return cluster;
}

/** What an operation came to, once it has. */
export interface Pending {
  completion: Completion | undefined;
}

export function begin(client: Client, f: string, key?: string, value?: Json, timeout = 5000): Pending {
  const pending: Pending = { completion: undefined };
  const invocation: Invocation = {
    f,
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value }),
  };
  client.invoke(invocation, timeout, (end) => (pending.completion = end));
  return pending;
}

export function ended(cluster: Cluster, pending: Pending): Completion {
  while (pending.completion === undefined) {
    if (!cluster.queue.step()) throw new Error('nothing is left to happen');
  }
  return pending.completion;
}

/** One operation of a client, a new one unless given, to its end. */
export function done(cluster: Cluster, f: string, key?: string, value?: Json, client?: Client): Completion {
  return ended(cluster, begin(client ?? cluster.client(), f, key, value));
}

/** Who leads the chunk, and its other replicas; by the master's word. */
export function replicasOf(
  cluster: Cluster,
  handle: number,
): { primary: NodeId; secondaries: readonly NodeId[] } {
  const { node } = cluster.at('n1');
  const lease =
    node instanceof Master ? node.leases.facts.find(([leased]) => leased === handle)?.[1] : undefined;
  if (lease === undefined) throw new Error(`nobody leads chunk ${handle}`);
  const { primary, members } = lease;
  return { primary, secondaries: members.filter((id) => id !== primary) };
}
