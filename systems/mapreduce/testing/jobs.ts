/** Jobs on a cluster under a test's hand: run one, read one, compare it with the sequential run. */
import type { Completion, Json, OptionValues } from '../../contract.ts';
import { Cluster, type ClusterOptions } from '../../testing/cluster.ts';
import { system } from '../index.ts';

/** Six maps and three reduces, each of several slices. */
export const JOB: Json = { kind: 'word-count', reducers: 3, splits: 6, seed: 11, size: 400 };

const OPTIONS: OptionValues = {
  slice: 100,
  pace: 5,
  chunk: 64,
  heartbeat: 20,
  retry: 40,
  workerTimeout: 400,
  backupAfter: 200,
  fetchTimeout: 200,
};

type Changes = Partial<Pick<ClusterOptions, 'nodes' | 'bugs' | 'options' | 'onMark' | 'onLog' | 'settings'>>;

export function startJobs({ options, ...changes }: Changes = {}): Cluster {
  const cluster = new Cluster({ system, nodes: 4, seed: 1, ...changes, options: { ...OPTIONS, ...options } });
  cluster.start();
  return cluster;
}

export interface Pending {
  completion: Completion | undefined;
}

export function invoke(cluster: Cluster, f: string, key: string, value?: Json, timeout = 60_000): Pending {
  const pending: Pending = { completion: undefined };
  const invocation = { f, key, ...(value !== undefined && { value }) };
  cluster.client().invoke(invocation, timeout, (completion) => (pending.completion = completion));
  return pending;
}

/** Lets time pass until it is answered. */
export function answered(cluster: Cluster, pending: Pending): Completion {
  while (pending.completion === undefined) {
    if (!cluster.queue.step()) throw new Error('nothing happens any more, and there is no answer');
  }
  return pending.completion;
}

/** Lets time pass until a mark was reached so often. */
export function until(cluster: Cluster, mark: string, count = 1): void {
  while ((cluster.marks[mark] ?? 0) < count) {
    if (cluster.queue.now > 60_000) throw new Error(`no node reached ${mark} within a minute`);
    cluster.queue.step();
  }
}

/** The output as it is now, and what it has to be. */
export function outputs(cluster: Cluster, key: string, job: Json): { found: Json; sequential: Json } {
  return {
    found: answered(cluster, invoke(cluster, 'output', key)).value ?? null,
    sequential: answered(cluster, invoke(cluster, 'sequential', key, job)).value ?? null,
  };
}
