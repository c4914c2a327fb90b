/** Worker threads that each run the default export of one built module, task by task. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { builtModule } from './built.ts';

const THREAD = fileURLToPath(builtModule(import.meta.url, 'thread', '.cjs'));

export interface ThreadPool {
  /** Rejects with what the task threw, or with the end of its thread; the next task gets a new one. */
  run(task: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  /** Ends every thread at once. */
  destroy(): Promise<void>;
}

/** `memory` is the heap that one thread may have, bytes. */
export function threadPool(module: URL, threads: number, memory: number): ThreadPool {
  const pool = new Piscina({
    filename: THREAD,
    workerData: module.href,
    minThreads: threads,
    maxThreads: threads,
    execArgv: [],
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memory / 2 ** 20) },
  });
  // A thread that dies with no task on it; the next task says so if it goes on.
  pool.on('error', () => {});
  return pool;
}
