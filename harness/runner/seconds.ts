/** Counts completions second by second while a run goes on. */
import { createHistogram } from 'node:perf_hooks';
import type { Completion } from '../../systems/contract.ts';
import type { Second } from './events.ts';
import type { Timeline } from './timeline.ts';

export class Seconds {
  readonly #latency = createHistogram();
  #counts = { ok: 0, fail: 0, info: 0 };
  #stop: () => void = () => {};

  /** Calls `onSecond` once a second from now on. */
  start(timeline: Timeline, onSecond: (second: Second) => void): void {
    const from = timeline.now();
    let count = 0;
    const next = (): void => {
      this.#stop = timeline.after(from + ++count * 1000 - timeline.now(), () => {
        onSecond(this.#take());
        next();
      });
    };
    next();
  }

  add(completion: Completion, latency: number): void {
    this.#counts[completion.type]++;
    this.#latency.record(Math.max(1, Math.round(latency * 1000)));
  }

  stop(): void {
    this.#stop();
  }

  #take(): Second {
    const some = this.#latency.count > 0;
    const second: Second = {
      ...this.#counts,
      p50: some ? this.#latency.percentile(50) / 1000 : undefined,
      p99: some ? this.#latency.percentile(99) / 1000 : undefined,
    };
    this.#latency.reset();
    this.#counts = { ok: 0, fail: 0, info: 0 };
    return second;
  }
}
