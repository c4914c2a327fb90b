/**
 * How many operations there were, how they ended, and how long they took. Measures, and judges nothing:
 * always `valid`.
 *
 * `details`: `StatsDetails`.
 */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { ByProcess } from '../harness/history/by-process.ts';
import { isClientOp, type Op, type OpType } from '../harness/history/op.ts';
import type { Checker, CheckResult } from './types.ts';
import { WorkloadPauses } from './workload-pauses.ts';

export type StatsDetails = {
  readonly total: FunctionStats;
  /** By function. */
  readonly functions: { readonly [f: string]: FunctionStats };
  /** From the first invocation to the last completion, without the time in which the workload was paused. */
  readonly seconds: number;
};

export type FunctionStats = {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Never completed: the history ends before. */
  readonly open: number;
  readonly okPerSecond: number;
  /** Of ok operations, milliseconds, to three digits; null where there are none. */
  readonly latency: Latency | null;
};

export type Latency = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

export class Stats implements Checker {
  readonly #functions = new Map<string, Tally>();
  readonly #open = new ByProcess<Op>();
  readonly #pauses = new WorkloadPauses();
  #first: number | undefined;
  #last = 0;

  push(op: Op): void {
    if (!isClientOp(op)) return this.#pauses.push(op);
    if (op.type === 'invoke') {
      this.#first ??= op.time;
      this.#open.set(op.process, op);
      this.#of(op.f).invoked++;
      return;
    }
    const invocation = this.#open.get(op.process);
    if (!invocation) return;
    this.#open.set(op.process, undefined);
    this.#last = op.time;
    this.#of(invocation.f).add(op.type, op.time - invocation.time);
  }

  finish(): CheckResult {
    const seconds = this.#seconds();
    const all = new Tally();
    for (const tally of this.#functions.values()) all.merge(tally);
    const total = all.stats(seconds);
    const functions: { [f: string]: FunctionStats } = {};
    for (const [f, tally] of this.#functions) functions[f] = tally.stats(seconds);
    const details: StatsDetails = { total, functions, seconds };
    return { checker: 'stats', verdict: 'valid', summary: summaryOf(total, seconds), details };
  }

  #seconds(): number {
    if (this.#first === undefined || this.#last <= this.#first) return 0;
    return (this.#last - this.#first - this.#pauses.within(this.#first, this.#last)) / NS_PER_SECOND;
  }

  #of(f: string): Tally {
    let tally = this.#functions.get(f);
    if (!tally) this.#functions.set(f, (tally = new Tally()));
    return tally;
  }
}

class Tally {
  invoked = 0;
  readonly #ended = { invoke: 0, ok: 0, fail: 0, info: 0 };
  readonly #latencies: RecordableHistogram = createHistogram();

  add(type: OpType, latency: number): void {
    this.#ended[type]++;
    if (type === 'ok') this.#latencies.record(Math.max(1, Math.round(latency)));
  }

  merge(other: Tally): void {
    this.invoked += other.invoked;
    for (const type of ['ok', 'fail', 'info'] as const) this.#ended[type] += other.#ended[type];
    if (other.#ended.ok > 0) this.#latencies.add(other.#latencies);
  }

  stats(seconds: number): FunctionStats {
    const { ok, fail, info } = this.#ended;
    const open = this.invoked - ok - fail - info;
    return { ok, fail, info, open, okPerSecond: seconds > 0 ? ok / seconds : 0, latency: this.#latency() };
  }

  #latency(): Latency | null {
    if (this.#ended.ok === 0) return null;
    const at = (percentile: number): number => this.#latencies.percentile(percentile) / NS_PER_MS;
    return { p50: at(50), p95: at(95), p99: at(99), max: this.#latencies.max / NS_PER_MS };
  }
}

function summaryOf({ ok, fail, info, okPerSecond, latency }: FunctionStats, seconds: number): string {
  const ended = `${ok} ok, ${fail} fail, ${info} info in ${seconds.toFixed(1)} s`;
  if (!latency) return ended;
  const [p50, p99] = [latency.p50, latency.p99].map((ms) => String(Number(ms.toPrecision(3))));
  return `${ended}; ${Math.round(okPerSecond)} ok/s, latency p50 ${p50} ms, p99 ${p99} ms`;
}
