/** What clients can be made to do. */
import { kv } from './kv.ts';
import { mapreduceJob } from './mapreduce-job.ts';
import { register } from './register.ts';
import type { Workload } from './types.ts';

export const workloads: Record<string, Workload> = { kv, 'mapreduce-job': mapreduceJob, register };
