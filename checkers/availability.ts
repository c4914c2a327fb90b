/**
 * What clients got while faults were on. Measures, and judges nothing: always `valid`.
 *
 * A fault's window is that of `faults.ts`. An operation counts where it completed; in each window that
 * was open then, and once in the total of inside or outside. Time in which the workload was paused by hand
 * counts nowhere.
 *
 * `details`: `AvailabilityDetails`.
 */
import { ByProcess } from '../harness/history/by-process.ts';
import { isClientOp, type Json, type Op } from '../harness/history/op.ts';
import { FaultLog, wasOn, type Fault } from './faults.ts';
import type { Checker, CheckResult } from './types.ts';
import { WorkloadPauses } from './workload-pauses.ts';

export type AvailabilityDetails = {
  readonly windows: readonly WindowDetails[];
  /** While any fault was on, and while none was. */
  readonly inside: Served;
  readonly outside: Served;
};

export type Served = Outcomes & {
  readonly seconds: number;
  /** The same by function, for those that completed. */
  readonly functions: { readonly [f: string]: Outcomes };
};

export type Outcomes = { readonly ok: number; readonly fail: number; readonly info: number };

export type WindowDetails = Served & {
  readonly fault: string;
  readonly lane: string;
  readonly parameters: Json;
  readonly targets: Json;
  /** Null where the history does not say. */
  readonly observed: boolean | null;
  /** Nanoseconds; `until` is null when the fault was on at the end. */
  readonly from: number;
  readonly until: number | null;
  /** Milliseconds from the start to the first ok of an op that was invoked after it; null if there is none. */
  readonly firstOk: number | null;
};

/** The time between two ops of the nemesis: the same faults are on, or may be. */
interface Segment {
  readonly faults: ReadonlySet<Fault>;
  readonly from: number;
  until: number;
  readonly functions: Map<string, { ok: number; fail: number; info: number }>;
}

export class Availability implements Checker {
  readonly #log = new FaultLog();
  readonly #pauses = new WorkloadPauses();
  readonly #on = new Set<Fault>();
  readonly #segments: Segment[] = [];
  /** Indices of open invocations. */
  readonly #open = new ByProcess<number>();
  readonly #firstOk = new Map<Fault, number>();
  /** Faults that no ok followed so far. */
  readonly #waiting = new Set<Fault>();

  push(op: Op): void {
    const segment = this.#segments.at(-1) ?? this.#cut(op.time);
    segment.until = op.time;
    if (isClientOp(op)) return this.#client(op, segment);
    this.#pauses.push(op);
    if (this.#fault(op)) this.#cut(op.time);
  }

  finish(): CheckResult {
    const faults = this.#log.faults.filter(wasOn);
    const served = (filter: (segment: Segment) => boolean): Served =>
      sum(this.#segments.filter(filter), this.#pauses);
    const details: AvailabilityDetails = {
      windows: faults.map((fault) =>
        this.#window(
          fault,
          served((segment) => segment.faults.has(fault)),
        ),
      ),
      inside: served((segment) => [...segment.faults].some(wasOn)),
      outside: served((segment) => ![...segment.faults].some(wasOn)),
    };
    return { checker: 'availability', verdict: 'valid', summary: summaryOf(details), details };
  }

  /** Whether the set of faults that are on may have changed. */
  #fault(op: Op): boolean {
    const fault = this.#log.push(op);
    if (!fault) return false;
    const over = fault.until !== undefined || fault.outcome === 'skipped' || fault.outcome === 'failed';
    if (over === !this.#on.has(fault)) return false;
    if (over) this.#on.delete(fault);
    else {
      this.#on.add(fault);
      this.#waiting.add(fault);
    }
    return true;
  }

  #client(op: Op, segment: Segment): void {
    if (op.type === 'invoke') {
      this.#open.set(op.process, op.index);
      return;
    }
    const invoked = this.#open.get(op.process);
    if (invoked === undefined) return;
    this.#open.set(op.process, undefined);
    let outcomes = segment.functions.get(op.f);
    if (!outcomes) segment.functions.set(op.f, (outcomes = { ok: 0, fail: 0, info: 0 }));
    outcomes[op.type]++;
    if (op.type !== 'ok') return;
    for (const fault of this.#waiting) {
      if (invoked < fault.index) continue;
      this.#firstOk.set(fault, op.time);
      this.#waiting.delete(fault);
    }
  }

  /** ns, without the workload's pauses. */
  #between(from: number, until: number): number {
    return until - from - this.#pauses.within(from, until);
  }

  #cut(time: number): Segment {
    const segment = { faults: new Set(this.#on), from: time, until: time, functions: new Map() };
    this.#segments.push(segment);
    return segment;
  }

  #window(fault: Fault, served: Served): WindowDetails {
    const firstOk = this.#firstOk.get(fault);
    return {
      fault: fault.name,
      lane: fault.lane,
      parameters: fault.parameters,
      targets: fault.targets,
      observed: fault.observed ?? null,
      from: fault.from,
      until: fault.until ?? null,
      firstOk: firstOk === undefined ? null : this.#between(fault.from, firstOk) / 1e6,
      ...served,
    };
  }
}

function sum(segments: readonly Segment[], pauses: WorkloadPauses): Served {
  const total = { ok: 0, fail: 0, info: 0, seconds: 0 };
  const functions: Segment['functions'] = new Map();
  for (const segment of segments) {
    const { from, until, functions: ended } = segment;
    total.seconds += (until - from - pauses.within(from, until)) / 1e9;
    for (const [f, outcomes] of ended) {
      const sums = functions.get(f) ?? { ok: 0, fail: 0, info: 0 };
      functions.set(f, sums);
      for (const outcome of ['ok', 'fail', 'info'] as const) {
        sums[outcome] += outcomes[outcome];
        total[outcome] += outcomes[outcome];
      }
    }
  }
  return { ...total, functions: Object.fromEntries(functions) };
}

function summaryOf({ windows, inside, outside }: AvailabilityDetails): string {
  const rate = ({ ok, seconds }: Served): string => `${ok} ok in ${seconds.toFixed(1)} s`;
  if (windows.length === 0) return `no fault was on; ${rate(outside)}`;
  const count = `${windows.length} ${windows.length === 1 ? 'fault' : 'faults'}`;
  return `${count}: ${rate(inside)} while one was on, ${rate(outside)} while none was`;
}
