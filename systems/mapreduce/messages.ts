/**
 * What nodes say to each other. Whatever comes in is parsed here, strictly: what does not fit is
 * `undefined`, and no other code of a node sees it.
 *
 * An *attempt* is one try of one worker at one task. Its number is never used again, not by a restarted
 * coordinator either, and rises; so whatever is about an earlier attempt is known for that.
 */
import type { Message as AnyMessage, Json, NodeId } from '../contract.ts';
import { areCounts, isCount, isList, isObject, isText } from '../json.ts';
import type { Sum } from './files.ts';

export type Phase = 'map' | 'reduce';

export type TaskName = {
  /** The coordinator's number of the job. */
  readonly job: number;
  readonly phase: Phase;
  /** Split or partition, from 0. */
  readonly task: number;
};

/** Where a reduce finds its pairs of one map. */
export type Source = {
  readonly map: number;
  readonly attempt: number;
  readonly worker: NodeId;
} & Sum;

/** A worker is there, and what it does and keeps. `life` tells one process of it from the next. */
export type Beat = {
  readonly type: 'beat';
  readonly life: number;
  readonly running: (TaskName & { readonly attempt: number }) | null;
  /** Jobs that it has intermediate files of. */
  readonly keeps: readonly number[];
};

/** Coordinator → worker: run this. */
export type Assign = {
  readonly type: 'assign';
  readonly attempt: number;
  readonly task: TaskName;
  readonly spec: Json;
  /** Of a reduce. */
  readonly sources: readonly Source[];
};

/** Worker → coordinator: the map is done; its file for each partition. */
export type Mapped = {
  readonly type: 'mapped';
  readonly attempt: number;
  readonly task: TaskName;
  readonly buckets: readonly Sum[];
  readonly lines: number;
  readonly pairs: number;
};

/** Worker → coordinator: output of a reduce, from byte `offset` on. */
export type Write = {
  readonly type: 'write';
  readonly attempt: number;
  readonly task: TaskName;
  readonly offset: number;
  readonly text: string;
};

/** Worker → coordinator: all of the output was written; put it in its place. */
export type Reduced = {
  readonly type: 'reduced';
  readonly attempt: number;
  readonly task: TaskName;
  readonly keys: number;
  readonly out: number;
} & Sum;

/** Worker → coordinator: the attempt ended without a result. */
export type Ended =
  /** The output of this map can't be had. */
  | {
      readonly type: 'fetch-failed';
      readonly attempt: number;
      readonly job: number;
      readonly map: number;
      readonly mapAttempt: number;
    }
  /** The job's own code threw. */
  | { readonly type: 'failed'; readonly attempt: number; readonly job: number; readonly why: string }
  /** It was given up, or is not known any more. */
  | { readonly type: 'gave-up'; readonly attempt: number };

/** Coordinator → worker: so many bytes of the attempt's output are there. */
export type Wrote = { readonly type: 'wrote'; readonly attempt: number; readonly size: number };

/** Coordinator → worker: the attempt is over, counted or not. */
export type Over = { readonly type: 'over'; readonly attempt: number };

/** Coordinator → worker: nobody needs the intermediate files of these jobs. */
export type Forget = { readonly type: 'forget'; readonly jobs: readonly number[] };

/** Worker → worker, on behalf of the reduce attempt `reader`. */
export type Fetch = {
  readonly type: 'fetch';
  readonly reader: number;
  readonly job: number;
  readonly map: number;
  readonly attempt: number;
  readonly partition: number;
  readonly offset: number;
};

/** The answer: bytes up to `next`, which is the file's end or not. */
export type Piece = {
  readonly type: 'piece';
  readonly reader: number;
  readonly map: number;
  readonly attempt: number;
  readonly offset: number;
  readonly text: string;
  readonly next: number;
  readonly end: boolean;
};

/** The answer: there is no such file. */
export type Gone = {
  readonly type: 'gone';
  readonly reader: number;
  readonly map: number;
  readonly attempt: number;
};

export type ToCoordinator = Beat | Mapped | Write | Reduced | Ended;
export type ToWorker = Assign | Wrote | Over | Forget;
export type Message = ToCoordinator | ToWorker | Fetch | Piece | Gone;

const MAX_TEXT = 2 * 1024 * 1024;

export function parseMessage(json: AnyMessage): Message | undefined {
  if (!isObject(json)) return undefined;
  const { type, attempt } = json;
  if (type === 'beat') return parseBeat(json);
  if (type === 'forget') return areCounts(json.jobs) ? { type, jobs: json.jobs } : undefined;
  if (!isCount(attempt)) return undefined;
  switch (type) {
    case 'assign':
      return parseAssign(json, attempt);
    case 'mapped':
    case 'write':
    case 'reduced':
      return parseResult(type, attempt, json);
    case 'fetch-failed': {
      const { job, map, mapAttempt } = json;
      return isCount(job) && isCount(map) && isCount(mapAttempt)
        ? { type, attempt, job, map, mapAttempt }
        : undefined;
    }
    case 'failed': {
      const { job, why } = json;
      return isCount(job) && isText(why, MAX_TEXT) ? { type, attempt, job, why } : undefined;
    }
    case 'wrote':
      return isCount(json.size) ? { type, attempt, size: json.size } : undefined;
    case 'gave-up':
    case 'over':
      return { type, attempt };
    case 'fetch': {
      const { reader, job, map, partition, offset } = json;
      const fits = isCount(reader) && isCount(job) && isCount(map) && isCount(partition) && isCount(offset);
      return fits ? { type, reader, job, map, attempt, partition, offset } : undefined;
    }
    case 'piece': {
      const { reader, map, offset, text, next, end } = json;
      const fits =
        isCount(reader) && isCount(map) && isCount(offset) && isCount(next) && isText(text, MAX_TEXT);
      return fits && typeof end === 'boolean'
        ? { type, reader, map, attempt, offset, text, next, end }
        : undefined;
    }
    case 'gone': {
      const { reader, map } = json;
      return isCount(reader) && isCount(map) ? { type, reader, map, attempt } : undefined;
    }
    default:
      return undefined;
  }
}

function parseBeat({ life, running, keeps }: { readonly [key: string]: Json }): Beat | undefined {
  if (!isCount(life) || !areCounts(keeps)) return undefined;
  if (running === null) return { type: 'beat', life, running, keeps };
  const name = parseTask(running);
  if (name === undefined || !isObject(running) || !isCount(running.attempt)) return undefined;
  return { type: 'beat', life, running: { ...name, attempt: running.attempt }, keeps };
}

function parseAssign(
  { task, spec, sources }: { readonly [key: string]: Json },
  attempt: number,
): Assign | undefined {
  const name = parseTask(task);
  if (name === undefined || spec === undefined || !isList(sources)) return undefined;
  const parsed = sources.map(parseSource);
  return parsed.every((source) => source !== undefined)
    ? { type: 'assign', attempt, task: name, spec, sources: parsed }
    : undefined;
}

function parseResult(
  type: 'mapped' | 'write' | 'reduced',
  attempt: number,
  json: { readonly [key: string]: Json },
): Mapped | Write | Reduced | undefined {
  const task = parseTask(json.task);
  if (task === undefined) return undefined;
  switch (type) {
    case 'mapped': {
      const { buckets, lines, pairs } = json;
      if (!isList(buckets) || !isCount(lines) || !isCount(pairs)) return undefined;
      const sums = buckets.map(parseSum);
      return sums.every((sum) => sum !== undefined)
        ? { type, attempt, task, buckets: sums, lines, pairs }
        : undefined;
    }
    case 'write': {
      const { offset, text } = json;
      return isCount(offset) && isText(text, MAX_TEXT) ? { type, attempt, task, offset, text } : undefined;
    }
    case 'reduced': {
      const { keys, out } = json;
      const sum = parseSum(json);
      return sum !== undefined && isCount(keys) && isCount(out)
        ? { type, attempt, task, keys, out, ...sum }
        : undefined;
    }
  }
}

function parseTask(json: Json | undefined): TaskName | undefined {
  if (!isObject(json)) return undefined;
  const { job, phase, task } = json;
  return isCount(job) && isCount(task) && (phase === 'map' || phase === 'reduce')
    ? { job, phase, task }
    : undefined;
}

export function parseSum(json: Json): Sum | undefined {
  if (!isObject(json)) return undefined;
  const { length, crc } = json;
  return isCount(length) && isCount(crc) ? { length, crc } : undefined;
}

function parseSource(json: Json): Source | undefined {
  const sum = parseSum(json);
  if (sum === undefined || !isObject(json)) return undefined;
  const { map, attempt, worker } = json;
  return isCount(map) && isCount(attempt) && isText(worker, MAX_TEXT)
    ? { map, attempt, worker, ...sum }
    : undefined;
}
