/**
 * Did the run show anything? A history without traffic is linearizable, and one without faults tells
 * nothing of how faults are survived; neither may pass as a success. `valid` when the run proves what it
 * was made for, else `unknown`:
 *
 *  - at least `okOps` operations succeeded, and at least one;
 *  - each of the plan's nemesis entries (a lane of its own) had a fault on, at least once; or, where that is
 *    what was asked for, some of them had. One that was on only while a person had paused the workload
 *    was met by nobody, and does not count;
 *  - every fault that was on was observed to take effect, and none failed to start. A skipped one (there
 *    was no leader to aim at, say) is none that was on, nor is an idle one, which had nothing to take
 *    effect on (nobody asked anything of the slow disk);
 *  - every mark that was asked for was reached by some node (`reached` of process `host`).
 *
 * `details`: `NonVacuityDetails`.
 */
import { isClientOp, type Op } from '../harness/history/op.ts';
import { FaultLog, wasOn, type Fault } from './faults.ts';
import type { Checker, CheckResult } from './types.ts';
import { WorkloadPauses } from './workload-pauses.ts';

export interface Requirements {
  readonly okOps: number;
  /** How many nemesis entries the plan has; lanes `nemesis-0` to `nemesis-<faults - 1>`. */
  readonly faults: number;
  /** Whether each lane must have had a fault on, as where absent, or one is enough. */
  readonly lanes?: 'each' | 'some';
  /** Marks that a node must have reached. */
  readonly marks?: readonly string[];
}

export type NonVacuityDetails = {
  readonly okOps: number;
  readonly faults: {
    readonly on: number;
    readonly observed: number;
    readonly skipped: number;
    readonly idle: number;
    readonly failed: number;
  };
  /** Why the run proves too little; none when it is valid. */
  readonly lacks: readonly string[];
};

export class NonVacuity implements Checker {
  readonly #require: Requirements;
  readonly #log = new FaultLog();
  readonly #pauses = new WorkloadPauses();
  readonly #reached = new Set<string>();
  #okOps = 0;
  #endedEarly: number | undefined;
  #last = 0;

  constructor(require: Requirements) {
    this.#require = require;
  }

  push(op: Op): void {
    this.#last = op.time;
    if (isClientOp(op)) this.#okOps += op.type === 'ok' ? 1 : 0;
    else {
      this.#log.push(op);
      this.#pauses.push(op);
      if (op.process === 'runner' && op.f === 'ended-early') this.#endedEarly = op.time;
      if (op.process === 'host' && op.f === 'reached' && typeof op.value === 'string')
        this.#reached.add(op.value);
    }
  }

  finish(): CheckResult {
    const { faults } = this.#log;
    const on = faults.filter((fault) => wasOn(fault) && !fault.idle);
    const observed = on.filter((fault) => fault.observed === true);
    const lacks = [
      ...this.#traffic(),
      ...this.#idleLanes(on),
      ...faults.flatMap(unproven),
      ...this.#missing(),
    ];
    const details: NonVacuityDetails = {
      okOps: this.#okOps,
      faults: {
        on: on.length,
        observed: observed.length,
        skipped: faults.filter(({ outcome }) => outcome === 'skipped').length,
        idle: faults.filter(({ idle }) => idle).length,
        failed: faults.filter(({ outcome }) => outcome === 'failed').length,
      },
      lacks,
    };
    const more = lacks.length > 1 ? `, and ${lacks.length - 1} more` : '';
    const summary =
      lacks.length > 0
        ? `the run proves too little: ${lacks[0]}${more}`
        : `${this.#okOps} ok ops, ${observed.length} faults observed${this.#byHand()}`;
    return { checker: 'non-vacuity', verdict: lacks.length > 0 ? 'unknown' : 'valid', summary, details };
  }

  /** What a person did to the run, of which whoever reads the verdict should know. */
  #byHand(): string {
    const paused = this.#pauses.within(0, this.#last);
    const seconds = (ns: number): string => `${(ns / 1e9).toFixed(1)} s`;
    return [
      paused > 0 ? `; the workload was paused for ${seconds(paused)}` : '',
      this.#endedEarly === undefined ? '' : `; ended early, at ${seconds(this.#endedEarly)}`,
    ].join('');
  }

  #traffic(): string[] {
    const needed = Math.max(1, this.#require.okOps);
    return this.#okOps < needed ? [`${this.#okOps} ok ops, ${needed} required`] : [];
  }

  #missing(): string[] {
    const missing = (this.#require.marks ?? []).filter((mark) => !this.#reached.has(mark));
    return missing.map((mark) => `no node reached ${mark}, which is required`);
  }

  #idleLanes(on: readonly Fault[]): string[] {
    const lanes = new Set(on.filter((fault) => !this.#wasUnmet(fault)).map(({ lane }) => lane));
    if (this.#require.lanes === 'some' && lanes.size > 0) return [];
    const idle: string[] = [];
    for (let i = 0; i < this.#require.faults; i++) {
      const lane = `nemesis-${i}`;
      if (lanes.has(lane)) continue;
      const tried = this.#log.faults.findLast((fault) => fault.lane === lane);
      const why = tried && this.#whyNot(tried);
      idle.push(`no fault of ${lane} was ever on${why === undefined ? '' : `: ${why}`}`);
    }
    return idle;
  }

  #whyNot(fault: Fault): string | undefined {
    if (fault.idle) return 'there was nothing for it to take effect on';
    return this.#wasUnmet(fault) ? 'the workload was paused while it was' : fault.problem;
  }

  /** Whether the workload was paused all the while that it was on. */
  #wasUnmet({ from, until }: Fault): boolean {
    return until !== undefined && until > from && this.#pauses.within(from, until) >= until - from;
  }
}

function unproven({ name, lane, from, outcome, observed, idle, problem }: Fault): string[] {
  const which = `${name} of ${lane} at ${(from / 1e9).toFixed(1)} s`;
  if (outcome === 'failed') return [`${which} failed${problem === undefined ? '' : `: ${problem}`}`];
  if (outcome === 'starting') return [`${which} was never on`];
  if (outcome === 'skipped' || idle || observed === true) return [];
  if (outcome === 'on') return [`${which} was not seen to take effect before the history ended`];
  return [`${which} was not observed to take effect`];
}
