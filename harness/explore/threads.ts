/**
 * Seeds on worker threads. A thread that dies or is ended takes its seed with it and nothing else: the seed
 * is told what became of it, and the next one gets a new thread.
 */
import type { Plan } from '../plan/index.ts';
import { builtModule } from '../built.ts';
import { threadPool } from '../thread-pool.ts';
import type { SeedRunner } from './explore.ts';
import type { SeedOutcome } from './outcome.ts';

const WORKER = builtModule(import.meta.url, 'seed-worker');

export interface ThreadsOptions {
  readonly threads: number;
  /** Wall time that one seed may take, ms. */
  readonly limit: number;
  /** How much a thread may hold, bytes. */
  readonly memory: number;
  /** A built module that takes a plan and gives a `Judged`. */
  readonly worker?: URL;
}

export interface Threads extends SeedRunner {
  /** Ends every thread at once. */
  close(): Promise<void>;
}

export function seedThreads({ threads, limit, memory, worker = WORKER }: ThreadsOptions): Threads {
  const pool = threadPool(worker, threads, memory);
  return { run, close: () => pool.destroy() };

  async function run(plan: Plan, signal: AbortSignal): Promise<SeedOutcome> {
    if (signal.aborted) return { kind: 'aborted' };
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limit);
    try {
      return (await pool.run(plan, { signal: AbortSignal.any([signal, late.signal]) })) as SeedOutcome;
    } catch (error) {
      if (signal.aborted) return { kind: 'aborted' };
      if (late.signal.aborted) return { kind: 'hung', limit };
      return {
        kind: 'crashed',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    } finally {
      clearTimeout(timer);
    }
  }
}
