/**
 * Operations and states by number, so that the model is asked once for each pair of them. Operations
 * with equal inputs and outputs share a class: `step` can't tell them apart.
 *
 * Asks the model for nothing but `init`, `step`, `equal` and `hash`: what it claims about its operations
 * is not believed, so that the verdict is evidence of its own.
 */
import type { Budget } from '../budget.ts';
import { Keys } from '../key.ts';
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { StateTable } from '../states.ts';

/** The result of a step that is not allowed. */
export const NO_STATE = -1;

const EMPTY = -1;
/** Each slot: state, class, result. */
const SLOT = 3;

export class Steps<S, I, O> {
  readonly initial: number;
  readonly #model: Model<S, I, O>;
  readonly #budget: Budget;
  readonly #states: StateTable<S>;
  readonly #keys = new Keys();
  readonly #byKey = new Map<string, number>();
  readonly #samples: Operation<I, O>[] = [];
  #slots = new Int32Array(SLOT << 8).fill(EMPTY);
  #count = 0;

  constructor(model: Model<S, I, O>, budget: Budget) {
    this.#model = model;
    this.#budget = budget;
    this.#states = new StateTable<S>(model);
    this.initial = this.#states.intern(model.init());
  }

  /** How many classes there are. */
  get classes(): number {
    return this.#samples.length;
  }

  /** About. */
  get bytes(): number {
    return this.#slots.byteLength + (this.#states.size + this.classes) * 100;
  }

  classOf(operation: Operation<I, O>): number {
    const key = `${this.#keys.of(operation.input)} ${this.#keys.of(operation.output)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const of = this.#samples.push(operation) - 1;
    this.#byKey.set(key, of);
    return of;
  }

  /** The number of the state that the step leads to, or NO_STATE. */
  result(state: number, of: number): number {
    const slots = this.#slots;
    const mask = slots.length / SLOT - 1;
    let slot = hash(state, of) & mask;
    for (; slots[slot * SLOT] !== EMPTY; slot = (slot + 1) & mask) {
      if (slots[slot * SLOT] === state && slots[slot * SLOT + 1] === of) return slots[slot * SLOT + 2]!;
    }
    const result = this.#ask(state, of);
    slots[slot * SLOT] = state;
    slots[slot * SLOT + 1] = of;
    slots[slot * SLOT + 2] = result;
    if (++this.#count * 2 > mask) this.#grow();
    return result;
  }

  #ask(state: number, of: number): number {
    this.#budget.tick();
    const { input, output } = this.#samples[of]!;
    const before = this.#states.get(state);
    const next = this.#model.step(before, input, output);
    if (next === ILLEGAL) return NO_STATE;
    return Object.is(next, before) ? state : this.#states.intern(next);
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 4).fill(EMPTY);
    const mask = slots.length / SLOT - 1;
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at] === EMPTY) continue;
      let slot = hash(old[at]!, old[at + 1]!) & mask;
      while (slots[slot * SLOT] !== EMPTY) slot = (slot + 1) & mask;
      slots.set(old.subarray(at, at + SLOT), slot * SLOT);
    }
    this.#slots = slots;
  }
}

function hash(state: number, of: number): number {
  const mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(of, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
