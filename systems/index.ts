/** The target systems, by name; each is loaded only when it is used. */
import type { System } from './contract.ts';

// A thenable type of its own is not needed: loading is the host's business, never a node's.
export const systems: { readonly [name: string]: () => PromiseLike<{ readonly system: System }> } = {
  mapreduce: () => import('./mapreduce/index.ts'),
  'raft-kv': () => import('./raft-kv/index.ts'),
  gfs: () => import('./gfs/index.ts'),
  'primary-backup': () => import('./primary-backup/index.ts'),
};
