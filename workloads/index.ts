/** What clients can be made to do. */
import { gfsAppend } from './gfs-append.ts';
import { gfsFile } from './gfs-file.ts';
import { gfsNamespace } from './gfs-namespace.ts';
import { gfsSnapshot } from './gfs-snapshot.ts';
import { kv } from './kv.ts';
import { register } from './register.ts';
import type { Workload } from './types.ts';

export const workloads: Record<string, Workload> = {
  kv,
  register,
  'gfs-file': gfsFile,
  'gfs-append': gfsAppend,
  'gfs-namespace': gfsNamespace,
  'gfs-snapshot': gfsSnapshot,
};
