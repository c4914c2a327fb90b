/** What clients can be made to do. */
import { draw } from './draw.ts';
import { kv } from './kv.ts';
import { mapreduceJob } from './mapreduce-job.ts';
import { register } from './register.ts';
import { tick } from './tick.ts';
import type { Workload } from './types.ts';

export const workloads: Record<string, Workload> = {
  draw,
  kv,
  'mapreduce-job': mapreduceJob,
  register,
  tick,
};
