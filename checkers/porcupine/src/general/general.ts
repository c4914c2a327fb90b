/**
 * The general search as an algorithm: for any model, without its hints.
 *
 * Where outcomes are unknown, two searches take turns. One lets operations of unknown outcome take effect
 * as soon as they can: most did so soon or not at all, and those that are out of the way are no longer an
 * alternative at every later step. So it finds most linearizations at once; but that there is none it
 * sees only after trying about every set of them. The other lets them take effect only where it makes a
 * difference at once, so that it has fewer sets to try. Either decides; alone, each takes exponentially
 * longer than the other on some histories.
 */
import type { Algorithm, Answer, Progress } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Given, Model, Operation } from '../model.ts';
import { layOut } from './layout.ts';
import { Search, type Unknowns } from './search.ts';
import { Steps } from './steps.ts';

/** Steps of the first turn, for each operation and for any; and how much longer each turn is. */
const STEPS_PER_OPERATION = 8;
const STEPS = 1000;
const LONGER = 2;
/** The early one gets more of them, as most histories are valid. */
const EARLY_SHARE = 2;

export function general<S, I, O>(
  model: Model<S, I, O>,
  { operations }: Given<I, O>,
  budget: Budget,
): Algorithm {
  return new General(model, operations, budget);
}

class General<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #operations: readonly Operation<I, O>[];
  readonly #budget: Budget;
  #searches: readonly Search<S, I, O>[] = [];

  constructor(model: Model<S, I, O>, operations: readonly Operation<I, O>[], budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
  }

  run(): Answer {
    const steps = new Steps(this.#model, this.#budget);
    const layout = layOut(this.#operations, steps, this.#budget);
    const hold = (): void => {
      this.#budget.hold(this.#searches.reduce((sum, { bytes }) => sum + bytes, steps.bytes));
    };
    const ways: readonly Unknowns[] = layout.lost.length > 0 ? ['early', 'late'] : ['late'];
    this.#searches = ways.map((unknowns) => new Search(layout, unknowns, steps, this.#budget, hold));
    for (let turn = STEPS + STEPS_PER_OPERATION * layout.count; ; turn *= LONGER) {
      for (const search of this.#searches) {
        const found = search.run(search.unknowns === 'early' ? EARLY_SHARE * turn : turn);
        if (found === true) return { kind: 'valid', witness: search.longest };
        if (found === false) return { kind: 'invalid' };
      }
    }
  }

  progress(): Progress {
    const [furthest] = [...this.#searches].sort((a, b) => b.explained - a.explained);
    if (!furthest) return { explained: 0, longest: [] };
    const tries = new Map<number, number>();
    for (const search of this.#searches)
      for (const [id, count] of search.tries) tries.set(id, (tries.get(id) ?? 0) + count);
    return { explained: furthest.explained, longest: furthest.longest, tries };
  }
}
