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
import { NO_ENTRY, Pairs } from '../pairs.ts';
import { StateTable } from '../states.ts';

/** The result of a step that is not allowed. */
export const NO_STATE = -1;

export class Steps<S, I, O> {
  readonly initial: number;
  readonly #model: Model<S, I, O>;
  readonly #budget: Budget;
  readonly #states: StateTable<S>;
  readonly #keys = new Keys();
  /** By the numbers of an input and an output: the class. */
  readonly #byKeys = new Pairs();
  readonly #samples: Operation<I, O>[] = [];
  /** By state and class: the state after it. */
  readonly #results = new Pairs();

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
    return this.#results.bytes + (this.#states.size + this.classes) * 100;
  }

  classOf(operation: Operation<I, O>): number {
    const input = this.#keys.of(operation.input);
    const output = this.#keys.of(operation.output);
    const known = this.#byKeys.get(input, output);
    if (known !== NO_ENTRY) return known;
    const of = this.#samples.push(operation) - 1;
    this.#byKeys.add(input, output, of);
    return of;
  }

  /** The number of the state that the step leads to, or NO_STATE. */
  result(state: number, of: number): number {
    const known = this.#results.get(state, of);
    if (known !== NO_ENTRY) return known;
    const result = this.#ask(state, of);
    this.#results.add(state, of, result);
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
}
