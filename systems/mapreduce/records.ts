/**
 * What the coordinator writes down. Its whole state is what these records, one after the other, make of
 * nothing (`registry.ts`), so a checkpoint is a shorter list of them with the same effect.
 */
import type { Json, NodeId } from '../contract.ts';
import { isCount, isList, isObject } from '../json.ts';
import type { Sum } from './files.ts';
import { parseSum } from './messages.ts';

export type LogRecord =
  /** The coordinator was started for the `epoch`th time; numbers of jobs and attempts begin anew from it. */
  | { readonly type: 'epoch'; readonly epoch: number }
  | { readonly type: 'accepted'; readonly job: number; readonly id: string; readonly spec: Json }
  | MapRecord
  /** The output of the map can't be had: it counts as not done. */
  | { readonly type: 'lost'; readonly job: number; readonly map: number }
  | PartRecord
  /** The job's own code threw. */
  | { readonly type: 'failed'; readonly job: number; readonly why: string };

/** A map was completed: by whom, with which files. */
export type MapRecord = {
  readonly type: 'mapped';
  readonly job: number;
  readonly map: number;
  readonly attempt: number;
  readonly worker: NodeId;
  readonly buckets: readonly Sum[];
  readonly lines: number;
  readonly pairs: number;
};

/** A partition of the output was published. */
export type PartRecord = {
  readonly type: 'published';
  readonly job: number;
  readonly partition: number;
  readonly attempt: number;
  readonly keys: number;
  readonly out: number;
} & Sum;

/** Undefined when it is none. */
export function parseRecord(json: Json | undefined): LogRecord | undefined {
  if (!isObject(json)) return undefined;
  const { type, epoch, job, map, id, spec, why } = json;
  if (type === 'epoch') return isCount(epoch) ? { type, epoch } : undefined;
  if (!isCount(job)) return undefined;
  switch (type) {
    case 'accepted':
      return typeof id === 'string' && spec !== undefined ? { type, job, id, spec } : undefined;
    case 'mapped':
      return parseMap(json, job);
    case 'lost':
      return isCount(map) ? { type, job, map } : undefined;
    case 'published':
      return parsePart(json, job);
    case 'failed':
      return typeof why === 'string' ? { type, job, why } : undefined;
    default:
      return undefined;
  }
}

function parseMap(json: { readonly [key: string]: Json }, job: number): MapRecord | undefined {
  const { map, attempt, worker, buckets, lines, pairs } = json;
  if (!isCount(map) || !isCount(attempt) || typeof worker !== 'string' || !isList(buckets)) return undefined;
  const sums = buckets.map(parseSum);
  return sums.every((sum) => sum !== undefined) && isCount(lines) && isCount(pairs)
    ? { type: 'mapped', job, map, attempt, worker, buckets: sums, lines, pairs }
    : undefined;
}

function parsePart(json: { readonly [key: string]: Json }, job: number): PartRecord | undefined {
  const { partition, attempt, keys, out } = json;
  const sum = parseSum(json);
  return isCount(partition) && isCount(attempt) && isCount(keys) && isCount(out) && sum !== undefined
    ? { type: 'published', job, partition, attempt, keys, out, ...sum }
    : undefined;
}
