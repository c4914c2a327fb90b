/** What clients can be made to do. */
import { gfsAppend } from './gfs-append.ts';
import { gfsFile } from './gfs-file.ts';
import { gfsNamespace } from './gfs-namespace.ts';
import { gfsSnapshot } from './gfs-snapshot.ts';
import { draw } from './draw.ts';
import { kv } from './kv.ts';
import { mapreduceJob } from './mapreduce-job.ts';
import { register } from './register.ts';
import { tick } from './tick.ts';
import type { Workload } from './types.ts';

export const workloads: Record<string, Workload> = {
  'gfs-file': gfsFile,
  'gfs-append': gfsAppend,
  'gfs-namespace': gfsNamespace,
  'gfs-snapshot': gfsSnapshot,
  draw,
  kv,
  'mapreduce-job': mapreduceJob,
  register,
  tick,
};
