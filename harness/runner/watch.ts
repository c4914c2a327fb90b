/**
 * Watches a run's history for a violation while it grows, in a thread of its own: the load and the links
 * don't wait for it, and it may be behind.
 *
 * It only ever ends a run early. The verdict is made afterwards, of the recorded history, by a checker
 * that shares nothing with this one's state; so losing the watch loses time and nothing else.
 */
import { Worker } from 'node:worker_threads';
import { builtModule } from '../built.ts';
import type { Explanation } from '../explain/index.ts';
import type { Grown, SeenViolation, WatchNews, WatchOptions, WatchProgress } from './watch-protocol.ts';

/** Of one that needs more, the run goes on unwatched. */
const MAX_HEAP_MB = 1024;

export interface WatchListener {
  /** The first violation; once. */
  readonly onViolation: (violation: SeenViolation) => void;
  /** The watch ended by itself, before it was closed. */
  readonly onLost: (reason: string) => void;
  /** These only where `tells` was asked for. */
  readonly onProgress?: (progress: WatchProgress) => void;
  readonly onExplained?: (explanation: Explanation) => void;
}

export class Watch {
  readonly #worker: Worker;
  #closed = false;

  constructor(options: WatchOptions, { onViolation, onLost, onProgress, onExplained }: WatchListener) {
    this.#worker = new Worker(builtModule(import.meta.url, 'watch-worker'), {
      workerData: options,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker.on('message', (news: WatchNews) => {
      if (this.#closed) return;
      if (news.kind === 'violation') onViolation(news.violation);
      else if (news.kind === 'progress') onProgress?.(news.progress);
      else onExplained?.(news.explanation);
    });
    this.#worker.on('error', (error) => {
      if (!this.#closed) onLost(error.message);
      this.#closed = true;
    });
  }

  grown(bytes: number): void {
    this.#worker.postMessage({ bytes } satisfies Grown);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }
}
