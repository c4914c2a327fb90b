/**
 * The just-in-time search as an algorithm: compile, search, and tell the way that was found.
 */
import type { Algorithm, Answer, Progress } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Given, Model, Operation } from '../model.ts';
import { compile, isUnknown, type Compiled } from './compile.ts';
import { Search } from './search.ts';
import { linearize } from './witness.ts';

export function jit<S, I, O>(model: Model<S, I, O>, { operations }: Given<I, O>, budget: Budget): Algorithm {
  return new Jit(model, operations, budget);
}

class Jit<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #operations: readonly Operation<I, O>[];
  readonly #budget: Budget;
  #compiled: Compiled<S, I, O> | undefined;
  #search: Search | undefined;

  constructor(model: Model<S, I, O>, operations: readonly Operation<I, O>[], budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
  }

  run(): Answer {
    this.#compiled = compile(this.#model, this.#operations, this.#budget);
    this.#search = new Search(this.#compiled, this.#budget);
    if (!this.#search.run()) return { kind: 'invalid' };
    return { kind: 'valid', witness: idsOf(this.#compiled, this.#search.choices) };
  }

  progress(): Progress {
    if (!this.#compiled || !this.#search) return { explained: 0, longest: [] };
    let explained = 0;
    for (let e = 0; e < this.#search.furthest; e++) explained += this.#compiled.events[e]! & 1;
    const tries = triesById(this.#compiled, this.#search.tries);
    return { explained, longest: idsOf(this.#compiled, this.#search.longest), tries };
  }
}

/** Under the first operation of unknown outcome of each class. */
function triesById<S, I, O>(
  { operations, classOf }: Compiled<S, I, O>,
  tries: Float64Array,
): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  operations.forEach((operation, i) => {
    const of = classOf[i]!;
    if (isUnknown(operation) && tries[of]! > 0 && !first.has(of)) first.set(of, operation.id);
  });
  return new Map([...first].map(([of, id]) => [id, tries[of]!]));
}

function idsOf<S, I, O>(compiled: Compiled<S, I, O>, choices: Int32Array): number[] {
  const { order } = linearize(compiled, choices);
  const ids = new Array<number>(order.length);
  for (let i = 0; i < ids.length; i++) ids[i] = compiled.ids[order[i]!]!;
  return ids;
}
