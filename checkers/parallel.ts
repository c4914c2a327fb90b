/**
 * Checks keys side by side. Most keys take a moment, and sending them to a thread takes longer; so all
 * get a first, short try here, and only those that are still open go to worker threads, the largest
 * first.
 */
import { availableParallelism } from 'node:os';
import {
  checkRecording,
  type CheckedHistory,
  type CheckedPartition,
  type CheckOptions,
  type ModelOptions,
  type Partition,
  type Recording,
} from 'porcupine-ts';
import { modelNamed } from './models.ts';
import { composeVerdicts } from './types.ts';

/** The first try: so long, and so much longer for each operation. */
const FIRST_TRY_MS = 1000;
const FIRST_TRY_MS_PER_OPERATION = 0.01;
const DEFAULT_MEMORY = 2 ** 30;
const OPERATIONS_MEMORY = 512 * 2 ** 20;

export interface ParallelOptions extends Omit<CheckOptions, 'onProgress' | 'exhaustive'> {
  readonly signal?: AbortSignal;
  /** Hears now and then how many keys are decided. */
  readonly onProgress?: (decided: number, keys: number) => void;
  /** How long all keys together are tried without threads, ms. */
  readonly firstTry?: number;
  /** What the model was made with, by its name. */
  readonly modelOptions?: ModelOptions;
  /** Starts threads that run `partition-worker`, `memory` bytes each; without it none are used. */
  readonly startThreads?: (threads: number, memory: number) => PartitionThreads;
}

export interface PartitionThreads {
  run(task: PartitionTask, options?: { signal?: AbortSignal }): Promise<unknown>;
  destroy(): Promise<void>;
}

/** What a thread is asked. */
export interface PartitionTask {
  readonly model: string;
  readonly modelOptions: ModelOptions;
  readonly partition: Partition;
  readonly options: Omit<CheckOptions, 'signal' | 'onProgress'>;
}

/** As `checkRecording`. The model is used by name in the threads, where it has one that is known. */
export async function checkInParallel<S, I, O>(
  recording: Recording<S, I, O>,
  { signal, onProgress, startThreads, modelOptions = {}, firstTry: tryFor, ...options }: ParallelOptions,
): Promise<CheckedHistory> {
  const start = performance.now();
  const timeout = options.timeout ?? Infinity;
  const { model, partitions } = recording;
  const keys = partitions.length;
  const threaded = startThreads && modelNamed(model.name) !== undefined;
  const firstTry = threaded
    ? (tryFor ?? FIRST_TRY_MS + FIRST_TRY_MS_PER_OPERATION * recording.length)
    : timeout;
  const first = checkRecording(recording, {
    ...options,
    timeout: Math.min(firstTry, timeout),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: ({ decided }) => onProgress(decided, keys) }),
  });
  const results = [...first.partitions];
  const open = [...results.keys()]
    .filter((key) => isOpen(results[key]!, options))
    .sort((a, b) => results[b]!.operations - results[a]!.operations);
  const tell = (): void => onProgress?.(keys - open.length - running, keys);
  let running = 0;
  if (threaded && open.length > 0 && firstTry < timeout) {
    const lanes = Math.min(availableParallelism(), open.length);
    // What the check itself counts is about half of what it holds; the operations come on top.
    const pool = startThreads(lanes, 2 * (options.memory ?? DEFAULT_MEMORY) + OPERATIONS_MEMORY);
    const lane = async (): Promise<void> => {
      for (let key = open.shift(); key !== undefined && !signal?.aborted; key = open.shift()) {
        running++;
        // What is left of the time, shared with those that wait for a thread.
        const share = (timeout - (performance.now() - start)) / (1 + open.length / lanes);
        const { label, operations } = partitions[key]!;
        const partition = { label, operations };
        const task = { model: model.name, modelOptions, partition, options: { ...options, timeout: share } };
        const before = results[key]!;
        const after = await ask(pool, task, before, signal);
        if (before.verdict !== 'invalid' || after.verdict === 'invalid') results[key] = after;
        running--;
        tell();
      }
    };
    tell();
    try {
      await Promise.all(Array.from({ length: lanes }, lane));
    } finally {
      await pool.destroy();
    }
  }
  return {
    verdict: composeVerdicts(results.map(({ verdict }) => verdict)),
    partitions: results,
    annotations: first.annotations,
    elapsed: performance.now() - start,
  };
}

/** Undecided, or invalid and nothing yet to show it. */
function isOpen(
  { verdict, reason, counterexample }: CheckedPartition,
  { counterexample: wanted }: CheckOptions,
): boolean {
  if (verdict === 'invalid') return wanted === true && counterexample === undefined;
  return reason?.kind === 'timeout';
}

async function ask(
  pool: PartitionThreads,
  task: PartitionTask,
  before: CheckedPartition,
  signal: AbortSignal | undefined,
): Promise<CheckedPartition> {
  try {
    return (await pool.run(task, signal && { signal })) as CheckedPartition;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const kind = signal?.aborted ? 'aborted' : 'internal';
    return before.reason === undefined
      ? before
      : { ...before, reason: { ...before.reason, kind, message: `its thread ended: ${message}` } };
  }
}
