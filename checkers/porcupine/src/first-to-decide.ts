/**
 * Algorithms one after the other, until one decides; and which one it was, and why.
 */
import type { Algorithm, Answer, Progress, Read } from './algorithm.ts';
import type { Budget } from './budget.ts';
import type { Choice } from './choose.ts';
import type { Given, Model } from './model.ts';

export class FirstToDecide<S, I, O> implements Algorithm {
  readonly #choices: readonly Choice[];
  readonly #model: Model<S, I, O>;
  readonly #given: Given<I, O>;
  readonly #budget: Budget;
  readonly #read: (() => Read<S, I, O>) | undefined;
  #algorithm: Algorithm | undefined;
  /** The one that decided; until then, the one that was tried last. */
  chosen: Choice;

  constructor(
    choices: readonly Choice[],
    model: Model<S, I, O>,
    given: Given<I, O>,
    budget: Budget,
    read?: () => Read<S, I, O>,
  ) {
    this.#choices = choices;
    this.#model = model;
    this.#given = given;
    this.#budget = budget;
    this.#read = read;
    this.chosen = choices[0]!;
  }

  run(): Answer {
    const passed: string[] = [];
    for (const { name, make, why } of this.#choices) {
      this.chosen = { name, make, why: [...passed, why].join('; ') };
      this.#algorithm = make(this.#model, this.#given, this.#budget, this.#read);
      const answer = this.#algorithm.run();
      if (answer.kind !== 'undecided') return answer;
      passed.push(`${name}: ${answer.why}`);
    }
    return { kind: 'undecided', why: passed.join('; ') };
  }

  progress(): Progress {
    return this.#algorithm?.progress() ?? { explained: 0, longest: [] };
  }
}
