/**
 * The faults of a history, as the nemesis recorded them: each lane (`nemesis-0`, `nemesis-1`, …, and
 * `nemesis-hand` for what a person started) writes `<fault>.start` and `<fault>.stop`, each an invoke and
 * a completion.
 *
 * A start that ended `ok` and was not skipped is a fault that was on, from the invoke of its start to the
 * completion of its stop, or to the end of the history.
 */
import type { Json, Op } from '../harness/history/op.ts';

export interface Fault {
  readonly lane: string;
  /** `partition`, `pause`, … */
  readonly name: string;
  /** What was asked for: the value of the start's invoke. */
  readonly parameters: Json;
  /** Index and time of the start's invoke. */
  readonly index: number;
  readonly from: number;
  /** Time of the stop's completion. */
  until: number | undefined;
  outcome: FaultOutcome;
  targets: Json;
  /** Did it take effect? Undefined until somebody said so. */
  observed: boolean | undefined;
  /** It had nothing to take effect on: it shows nothing either way. */
  idle: boolean;
  /** Nodes that may rightly halt because of it. */
  mayHalt: readonly Json[];
  /** Its stop went as it should: whatever it had done is undone. */
  undone: boolean;
  /** What went wrong, or why it was skipped. */
  problem: string | undefined;
}

/** `starting` until the start completed; `skipped` and `failed` were never on. */
export type FaultOutcome = 'starting' | 'on' | 'stopped' | 'skipped' | 'failed';

const LANE = /^nemesis-(\d+|hand)$/;
const PHASE = /^(.+)\.(start|stop)$/;

/** Takes all ops of a history in order; knows the faults so far. */
export class FaultLog {
  readonly faults: Fault[] = [];
  readonly #current = new Map<string, Fault>();

  /** The fault that the op says something of, if any. */
  push(op: Op): Fault | undefined {
    if (typeof op.process !== 'string' || !LANE.test(op.process)) return undefined;
    const phase = PHASE.exec(op.f);
    if (!phase) return undefined;
    if (phase[2] === 'start' && op.type === 'invoke') return this.#begin(op, op.process, phase[1]!);
    const fault = this.#current.get(op.process);
    if (!fault || op.type === 'invoke') return fault;
    if (phase[2] === 'start') this.#started(fault, op);
    else this.#stopped(fault, op);
    return fault;
  }

  #begin(op: Op, lane: string, name: string): Fault {
    const fault: Fault = {
      lane,
      name,
      parameters: op.value ?? null,
      index: op.index,
      from: op.time,
      until: undefined,
      outcome: 'starting',
      targets: null,
      observed: undefined,
      idle: false,
      mayHalt: [],
      undone: false,
      problem: undefined,
    };
    this.faults.push(fault);
    this.#current.set(lane, fault);
    return fault;
  }

  #started(fault: Fault, op: Op): void {
    const skipped = field(op.value, 'skipped');
    fault.targets = field(op.value, 'targets') ?? null;
    const mayHalt = field(op.value, 'mayHalt');
    if (Array.isArray(mayHalt)) fault.mayHalt = mayHalt;
    fault.problem = op.error ?? (typeof skipped === 'string' ? skipped : undefined);
    if (op.type !== 'ok') fault.outcome = 'failed';
    else fault.outcome = skipped === undefined ? 'on' : 'skipped';
    this.#observe(fault, op);
  }

  #stopped(fault: Fault, op: Op): void {
    fault.outcome = 'stopped';
    fault.until = op.time;
    fault.undone = op.type === 'ok';
    fault.problem = op.error;
    fault.targets = field(op.value, 'targets') ?? fault.targets;
    this.#observe(fault, op);
    this.#current.delete(fault.lane);
  }

  #observe(fault: Fault, op: Op): void {
    const observed = field(op.value, 'observed');
    if (observed !== undefined) fault.observed = observed === true;
    if (field(op.value, 'idle') === true) fault.idle = true;
  }
}

/** Was it on at all? */
export function wasOn({ outcome }: Fault): boolean {
  return outcome === 'on' || outcome === 'stopped';
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !(name in value)) return undefined;
  return (value as { readonly [key: string]: Json })[name];
}
