/**
 * Which states must come up again, and until when can they?
 *
 * Somebody who is not called yet will read 1. If nobody who may still take effect leads to 1, then
 * whoever leaves 1 now will fail, however far away that read is:
 *
 *     w(1) ok · w(2) |-------| ·········· r → 1       w(2) can only have hidden before w(1)
 *
 * With updates, the read of a state demands its lineage too, back to the last state that something else
 * than an update leads to; and whoever leads anywhere in the lineage may still bring it about.
 */
import type { Classes } from './classes.ts';
import { ATTEMPT, CAS, READ, WRITE } from '../kinds.ts';
import type { Horizon, Observed } from './horizon.ts';

const NEVER = -1;
const UNSET = -2;
/** Of operations: none, or more than one. */
const NOBODY = -1;
const SEVERAL = -2;

export class Demand {
  /** By state: when the last known operation is called that reads it or leads from it. */
  readonly #called: Int32Array;
  /** The same, of it or of what updates alone can make of it. */
  readonly #due: Int32Array;
  /** By state: when the last operation returns that leads to it or to any of its lineage. */
  readonly #supplied: Int32Array;
  /** By state: the only operation that leads to it or to any of its lineage. */
  readonly #supplier: Int32Array;
  readonly #horizon: Pick<Horizon<unknown, unknown, unknown>, 'parentOf'>;

  constructor(
    { kind, from, to }: Pick<Classes<unknown, unknown, unknown>, 'kind' | 'from' | 'to'>,
    horizon: Pick<Horizon<unknown, unknown, unknown>, 'parentOf' | 'updates'>,
    states: number,
    operations: Observed,
    initial: number,
  ) {
    this.#horizon = horizon;
    this.#called = new Int32Array(states).fill(NEVER);
    this.#due = new Int32Array(states).fill(NEVER);
    this.#supplied = new Int32Array(states).fill(UNSET);
    this.#supplier = new Int32Array(states).fill(NOBODY);
    const direct = new Int32Array(states).fill(NEVER);
    const source = new Uint8Array(states);
    source[initial] = 1;
    for (let i = 0; i < operations.count; i++) {
      const of = operations.classOf[i]!;
      if (kind[of] === READ || kind[of] === CAS) {
        this.#called[from[of]!] = Math.max(this.#called[from[of]!]!, operations.calledAt[i]!);
      }
      if (kind[of] !== WRITE && kind[of] !== CAS && kind[of] !== ATTEMPT) continue;
      source[to[of]!] = 1;
      // Without updates, writes of unknown outcome are up to `Foresight`, which counts them.
      if (kind[of] === WRITE && !horizon.updates && operations.laneOf[i]! < 0) continue;
      direct[to[of]!] = Math.max(direct[to[of]!]!, operations.returnedAt[i]!);
      this.#supplier[to[of]!] = both(this.#supplier[to[of]!]!, i);
    }
    for (let state = 0; state < states; state++) {
      this.#demand(state, source);
      this.#supply(state, direct);
    }
  }

  /** When the last one is called who needs the state, or what updates alone can make of it. */
  dueUntil(state: number): number {
    return this.#due[state] ?? NEVER;
  }

  /** When the last one is called who needs this very state. */
  calledUntil(state: number): number {
    return this.#called[state] ?? NEVER;
  }

  /** The only operation that leads to the state or to any of its lineage; negative if there is no such. */
  supplierOf(state: number): number {
    return this.#supplier[state] ?? NOBODY;
  }

  /** Has the last one returned at or before this event that could lead to the state or its lineage? */
  isExhausted(state: number, event: number): boolean {
    return (this.#supplied[state] ?? NEVER) <= event;
  }

  #demand(state: number, source: Uint8Array): void {
    const called = this.#called[state]!;
    for (let at = state; at >= 0 && this.#due[at]! < called;) {
      this.#due[at] = called;
      at = source[at] === 1 ? NEVER : this.#horizon.parentOf(at);
    }
  }

  #supply(state: number, direct: Int32Array): void {
    const path: number[] = [];
    let at = state;
    for (; at >= 0 && this.#supplied[at] === UNSET; at = this.#horizon.parentOf(at)) path.push(at);
    let supplied = at >= 0 ? this.#supplied[at]! : NEVER;
    let supplier = at >= 0 ? this.#supplier[at]! : NOBODY;
    for (const step of path.reverse()) {
      supplied = Math.max(supplied, direct[step]!);
      supplier = both(supplier, this.#supplier[step]!);
      this.#supplied[step] = supplied;
      this.#supplier[step] = supplier;
    }
  }
}

function both(a: number, b: number): number {
  if (a === NOBODY) return b;
  return b === NOBODY ? a : SEVERAL;
}
