/** What a report's page is drawn from: JSON inside the page. Times in ms since the run began. */

export interface ReportData {
  readonly version: string;
  readonly plan: string;
  readonly seed: number;
  readonly host: string;
  readonly started: string;
  readonly verdict: Verdict;
  readonly expect: string;
  readonly met: boolean;
  readonly operations: number;
  readonly explanation: { readonly pattern: string; readonly sentences: readonly string[] } | null;
  readonly checks: readonly {
    readonly checker: string;
    readonly verdict: Verdict;
    readonly summary: string;
  }[];
  readonly counterexample: Counterexample | null;
  /** `[]` where nothing was recorded. */
  readonly series: { readonly width: number; readonly buckets: readonly Bucket[] };
  readonly faults: readonly FaultWindow[];
  readonly planText: string;
  readonly environment: { readonly [name: string]: string };
  readonly reproduce: readonly string[];
  /** Of each node, what it logged around the counterexample. */
  readonly logs: { readonly [node: string]: readonly LogLine[] };
}

export type Verdict = 'valid' | 'invalid' | 'unknown';

export interface Counterexample {
  readonly key: string;
  /** How many operations the key had in all. */
  readonly of: number;
  readonly minimal: boolean;
  readonly blocked: number;
  /** By when they were invoked. */
  readonly operations: readonly Operation[];
  /** Each way in which all before the blocked one can be put in order. */
  readonly orders: readonly Order[];
}

export interface Operation {
  /** Index of its invocation, and of its completion, if that is known. */
  readonly id: number;
  readonly end: number | null;
  readonly process: string;
  readonly text: string;
  readonly node: string | null;
  readonly from: number;
  /** Null: never completed, or nobody knew how when the violation showed. */
  readonly until: number | null;
}

/** One after another; the first step is before any. */
export interface Order {
  readonly steps: readonly Step[];
}

export interface Step {
  /** Undefined in the first. */
  readonly operation?: number;
  readonly state: string;
  /** All that the object could be once so many operations are in order, whichever they are; this order is one way. */
  readonly reachable: { readonly states: readonly string[]; readonly more: boolean };
  readonly remaining: readonly {
    readonly operation: number;
    readonly why: string;
    readonly possible: boolean;
  }[];
}

export interface Bucket {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** ms; null where nothing succeeded. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface FaultWindow {
  readonly name: string;
  readonly targets: readonly string[];
  readonly about: string;
  readonly from: number;
  readonly until: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** ms until the first ok of an operation invoked after its start; null: none. */
  readonly firstOk: number | null;
}

export interface LogLine {
  readonly time: number;
  readonly text: string;
}
