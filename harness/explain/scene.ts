/**
 * What surrounded a violation: everything that happened to its key, the faults, what the nodes said of
 * themselves. Takes all ops of the history once more, in order; only an invalid run is explained, so only
 * an invalid run pays for it.
 */
import { FaultLog, wasOn, type Fault } from '../../checkers/faults.ts';
import { isClientOp, type Json, type Op, type ProcessId } from '../history/op.ts';

/** An operation on the key: as it was invoked, and as it ended, if it did. */
export interface Happening {
  readonly invocation: Op;
  completion: Op | undefined;
}

/** What a node said of itself, and when; ns. */
export interface Belief {
  readonly time: number;
  readonly role: string;
  readonly term: number;
}

export class Scene {
  readonly happenings: Happening[] = [];
  /** Index of the mark behind which the runner reads what everything led to. */
  finalReads: number | undefined;
  readonly #key: string;
  readonly #open = new Map<ProcessId, Happening>();
  readonly #faults = new FaultLog();
  readonly #about = new Map<Fault, string>();
  readonly #beliefs = new Map<string, Belief[]>();
  /** Of what was written to other keys: the first of them. */
  readonly #elsewhere = new Map<string, string>();

  /** `key`: that of the violation; '' where ops have none. */
  constructor(key: string) {
    this.#key = key;
  }

  push(op: Op): void {
    if (isClientOp(op)) this.#client(op);
    else if (op.process === 'runner' && op.f === 'final-reads') this.finalReads = op.index;
    else if (op.process === 'host' && op.f === 'node.status') this.#believe(op);
    else {
      const fault = this.#faults.push(op);
      const about = memberOf(op.value, 'about');
      if (fault !== undefined && typeof about === 'string') this.#about.set(fault, about);
    }
  }

  /** Faults that were on for some of the time and hit this node; ns. */
  faultsOf(
    node: string,
    from: number,
    until: number,
  ): readonly { readonly fault: Fault; readonly about: string | undefined }[] {
    return this.#faults.faults
      .filter(
        (fault) =>
          wasOn(fault) &&
          Array.isArray(fault.targets) &&
          fault.targets.includes(node) &&
          fault.from <= until &&
          (fault.until ?? Infinity) >= from,
      )
      .map((fault) => ({ fault, about: this.#about.get(fault) }));
  }

  /** What nodes last said of themselves by `time`, if that is no longer than `within` ago; ns. */
  beliefsAt(time: number, within: number): ReadonlyMap<string, Belief> {
    const last = new Map<string, Belief>();
    for (const [node, beliefs] of this.#beliefs) {
      const belief = beliefs.findLast((one) => one.time <= time);
      if (belief !== undefined && time - belief.time <= within) last.set(node, belief);
    }
    return last;
  }

  /** A key to which `value` was written, other than that of the violation. */
  elsewhere(value: Json): string | undefined {
    return this.#elsewhere.get(JSON.stringify(value));
  }

  #client(op: Op): void {
    const isOurs = (op.key ?? '') === this.#key;
    if (op.type === 'invoke') {
      if (!isOurs) return this.#note(op);
      const happening = { invocation: op, completion: undefined };
      this.happenings.push(happening);
      this.#open.set(op.process, happening);
      return;
    }
    const happening = this.#open.get(op.process);
    this.#open.delete(op.process);
    if (happening !== undefined) happening.completion = op;
  }

  #note({ key = '', value }: Op): void {
    const written = Array.isArray(value) ? (value as readonly Json[])[1] : value;
    if (written === undefined || written === null) return;
    const name = JSON.stringify(written);
    if (!this.#elsewhere.has(name)) this.#elsewhere.set(name, key);
  }

  #believe({ node = '', time, value }: Op): void {
    const [role, term] = [memberOf(value, 'role'), memberOf(value, 'term')];
    if (typeof role !== 'string' || typeof term !== 'number') return;
    const beliefs = this.#beliefs.get(node) ?? [];
    beliefs.push({ time, role, term });
    this.#beliefs.set(node, beliefs);
  }
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [key: string]: Json })[name];
}
