/** The faults of a run as windows of time, numbered as people see them, and in lanes side by side. */
import { FaultLog, wasOn, type Fault } from '../../../checkers/faults.ts';
import type { Json, Op } from '../../history/op.ts';

export interface Window {
  /** From 1, in the order in which they began; `fault=#3` means this. */
  readonly number: number;
  readonly lane: string;
  readonly name: string;
  /** Which nodes and how, in few words; may be empty. */
  readonly about: string;
  /** ns. `until` is Infinity while it is on. */
  readonly from: number;
  readonly until: number;
  /** Undefined: nobody said. */
  readonly observed: boolean | undefined;
  /** Whether it was on at all, and what went wrong or why it was skipped. */
  readonly wasOn: boolean;
  readonly problem: string | undefined;
}

/** Takes all ops of a history that no client wrote, in order. */
export class Faults {
  readonly #log = new FaultLog();
  /** What the nemesis said of each in its own words. */
  readonly #words = new Map<Fault, string>();

  push(op: Op): void {
    const fault = this.#log.push(op);
    if (fault === undefined || !isObject(op.value ?? null)) return;
    const { about } = op.value as { readonly [key: string]: Json };
    if (typeof about === 'string') this.#words.set(fault, about);
  }

  /** Those so far. */
  windows(): readonly Window[] {
    return windowsOf(this.#log.faults, this.#words);
  }
}

function windowsOf(faults: readonly Fault[], words: ReadonlyMap<Fault, string>): readonly Window[] {
  return faults.map((fault, at) => ({
    number: at + 1,
    lane: fault.lane,
    name: fault.name,
    about: words.get(fault) ?? aboutOf(fault),
    from: fault.from,
    until: fault.until ?? (wasOn(fault) || fault.outcome === 'starting' ? Infinity : fault.from),
    observed: fault.observed,
    wasOn: wasOn(fault),
    problem: fault.problem,
  }));
}

/** Those that were on at a moment, ns. */
export function windowsAt(windows: readonly Window[], time: number): readonly Window[] {
  return windows.filter(({ wasOn, from, until }) => wasOn && from <= time && time <= until);
}

/** By lane, each with its windows in order. */
export function lanesOf(windows: readonly Window[]): ReadonlyMap<string, readonly Window[]> {
  const lanes = new Map<string, Window[]>();
  for (const window of windows) {
    const lane = lanes.get(window.lane);
    if (lane === undefined) lanes.set(window.lane, [window]);
    else lane.push(window);
  }
  return new Map([...lanes].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function aboutOf({ targets, parameters }: Fault): string {
  if (Array.isArray(targets) && targets.length > 0) return targets.map(String).join(' ');
  return isObject(parameters)
    ? Object.entries(parameters)
        .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', ')
    : '';
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
