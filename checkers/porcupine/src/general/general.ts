/**
 * The general search as an algorithm: for any model, without its hints.
 */
import type { Algorithm, Answer, Progress } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Model, Operation } from '../model.ts';
import { layOut } from './layout.ts';
import { Search } from './search.ts';
import { Steps } from './steps.ts';

export function general<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): Algorithm {
  return new General(model, operations, budget);
}

class General<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #operations: readonly Operation<I, O>[];
  readonly #budget: Budget;
  #search: Search<S, I, O> | undefined;

  constructor(model: Model<S, I, O>, operations: readonly Operation<I, O>[], budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
  }

  run(): Answer {
    const steps = new Steps(this.#model, this.#budget);
    const layout = layOut(this.#operations, steps, this.#budget);
    this.#search = new Search(layout, steps, this.#budget);
    return this.#search.run() ? { kind: 'valid', witness: this.#search.longest } : { kind: 'invalid' };
  }

  progress(): Progress {
    if (!this.#search) return { explained: 0, longest: [] };
    const { explained, longest, tries } = this.#search;
    return { explained, longest, tries };
  }
}
