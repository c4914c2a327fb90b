/** A cluster of gfs under a test's hand, and clients of it that a test waits for. */
import type { Completion, Invocation, Json, OptionValues } from '../../contract.ts';
import { Cluster, type ClusterOptions } from '../../testing/cluster.ts';
import { system } from '../index.ts';

export interface DriveOptions extends Partial<Omit<ClusterOptions, 'system'>> {
  readonly options?: OptionValues;
}

/** Started, and long enough ago for the master to know its chunkservers. */
export function startedCluster({ nodes = 5, seed = 1, ...more }: DriveOptions = {}): Cluster {
  const cluster = new Cluster({ system, nodes, seed, ...more });
  cluster.start();
  cluster.queue.run(50);
  return cluster;
}

/** One operation of a new client, to its end. */
export function done(cluster: Cluster, f: string, key?: string, value?: Json, timeout = 5000): Completion {
  let completion: Completion | undefined;
  const invocation: Invocation = {
    f,
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value }),
  };
  cluster.client().invoke(invocation, timeout, (end) => (completion = end));
  while (completion === undefined) if (!cluster.queue.step()) throw new Error('nothing is left to happen');
  return completion;
}
