/**
 * The just-in-time search as an algorithm: compile, search, and tell the way that was found.
 */
import type { Algorithm, Answer, Progress, Read } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Given, Model } from '../model.ts';
import type { History } from '../zones/history.ts';
import { compile, compileRead, isUnknown, operationsOf, type Compiled } from './compile.ts';
import { Search } from './search.ts';
import { linearize } from './witness.ts';

/** `read` gives what was read of these operations before. */
export function jit<S, I, O>(
  model: Model<S, I, O>,
  given: Given<I, O>,
  budget: Budget,
  read?: () => Read<S, I, O>,
): Algorithm {
  return new Jit(model, given, budget, read);
}

class Jit<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #given: Given<I, O>;
  readonly #budget: Budget;
  readonly #read: (() => Read<S, I, O>) | undefined;
  #compiled: Compiled<S, I, O> | undefined;
  #search: Search | undefined;

  constructor(
    model: Model<S, I, O>,
    given: Given<I, O>,
    budget: Budget,
    read: (() => Read<S, I, O>) | undefined,
  ) {
    this.#model = model;
    this.#given = given;
    this.#budget = budget;
    this.#read = read;
  }

  run(): Answer {
    const history = this.#history();
    const compiled = history
      ? compileRead(this.#model, history, this.#budget)
      : compile(this.#model, this.#given.operations, this.#budget);
    this.#compiled = compiled;
    this.#search = new Search(compiled, this.#budget);
    if (!this.#search.run()) return { kind: 'invalid' };
    const order = positionsOf(compiled, this.#search.choices);
    const isRead = history !== undefined && history.given === this.#given;
    return {
      kind: 'valid',
      get witness() {
        return idsOf(compiled, order);
      },
      ...(isRead && { course: { order, columns: history, initial: history.initial } }),
    };
  }

  progress(): Progress {
    if (!this.#compiled || !this.#search) return { explained: 0, longest: [] };
    let explained = 0;
    for (let e = 0; e < this.#search.furthest; e++) explained += this.#compiled.events[e]! & 1;
    const tries = triesById(this.#compiled, this.#search.tries);
    const longest = idsOf(this.#compiled, positionsOf(this.#compiled, this.#search.longest));
    return { explained, longest, tries };
  }

  /** Undefined where not all that matters is in numbers: of what appends it is not. */
  #history(): History<S, I, O> | undefined {
    const read = this.#read?.();
    return read && !('why' in read) && read.appends.size === 0 ? read : undefined;
  }
}

/** Under the first operation of unknown outcome of each class. */
function triesById<S, I, O>(compiled: Compiled<S, I, O>, tries: Float64Array): ReadonlyMap<number, number> {
  const { classOf } = compiled;
  const first = new Map<number, number>();
  operationsOf(compiled).forEach((operation, i) => {
    const of = classOf[i]!;
    if (isUnknown(operation) && tries[of]! > 0 && !first.has(of)) first.set(of, operation.id);
  });
  return new Map([...first].map(([of, id]) => [id, tries[of]!]));
}

/** In what was given, in the order of the linearization. */
function positionsOf<S, I, O>(compiled: Compiled<S, I, O>, choices: Int32Array): Int32Array {
  const { order } = linearize(compiled, choices);
  // In place; `Int32Array.from` takes as long as the search.
  for (let i = 0; i < order.length; i++) order[i] = compiled.positions[order[i]!]!;
  return order;
}

function idsOf<S, I, O>({ given: { operations } }: Compiled<S, I, O>, positions: Int32Array): number[] {
  return Array.from(positions, (position) => operations[position]!.id);
}
