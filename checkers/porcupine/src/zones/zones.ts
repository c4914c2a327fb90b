/**
 * Histories in which each state that somebody observed can have been made by one operation only, as where
 * every written value is different: then who observed what says almost everything, and nothing needs to
 * be searched (Gibbons & Korach, "Testing shared memories", 1997; see `order.ts`). Extended to chains of
 * cas and appends (`versions.ts`), unknown outcomes (`evidence.ts`) and failed cas (`placement.ts`).
 *
 * Near linear. What it can't decide it leaves to a search.
 */
import type { Algorithm, Answer, Progress } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Model, Operation } from '../model.ts';
import { blocksOf } from './blocks.ts';
import { evidenceOf, type Prefix, type Violation } from './evidence.ts';
import { numbered, undecided, type History, type Undecided } from './history.ts';
import { orderOf } from './order.ts';
import { place } from './placement.ts';
import { versionsOf, type Versions } from './versions.ts';

export function zones<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): Algorithm {
  return new Zones(model, operations, budget);
}

/** Operations in the order of a linearization. */
type Decision = { readonly order: Int32Array } | Violation | Undecided;

class Zones<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #given: readonly Operation<I, O>[];
  readonly #budget: Budget;

  constructor(model: Model<S, I, O>, operations: readonly Operation<I, O>[], budget: Budget) {
    this.#model = model;
    this.#given = operations;
    this.#budget = budget;
  }

  run(): Answer {
    const history = numbered(this.#model, this.#given, this.#budget);
    if ('why' in history) return history;
    const versions = versionsOf(this.#model, history, this.#budget);
    if ('why' in versions) return versions;
    const all: Prefix = { until: Number.MAX_VALUE, count: history.operations.length };
    const decision = this.#decide(history, versions, all);
    const idOf = (i: number): number => history.ids[i]!;
    if ('why' in decision) return decision;
    if ('order' in decision) return { kind: 'valid', witness: Array.from(decision.order, idOf) };
    const suspects = [...new Set(decision.suspects.filter((i) => i >= 0))];
    return { kind: 'invalid', suspects: suspects.map(idOf) };
  }

  progress(): Progress {
    return { explained: 0, longest: [] };
  }

  #decide(history: History<S, I, O>, versions: Versions, prefix: Prefix): Decision {
    const evidence = evidenceOf(history, versions, prefix, this.#budget);
    if ('suspects' in evidence) return evidence;
    const blocks = blocksOf(history, versions, evidence, prefix, this.#budget);
    if ('suspects' in blocks) return blocks;
    const order = orderOf(blocks);
    if ('suspects' in order) return order;
    if (evidence.doubt !== undefined) return undecided(evidence.doubt);
    return place({ model: this.#model, history, versions, evidence, blocks, order, prefix }, this.#budget);
  }
}
