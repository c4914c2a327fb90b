/**
 * Histories in which each state that somebody observed can have been made by one operation only, as where
 * every written value is different: then who observed what says almost everything, and nothing needs to
 * be searched (Gibbons & Korach, "Testing shared memories", 1997; see `order.ts`). Extended to chains of
 * cas and appends (`versions.ts`), unknown outcomes (`evidence.ts`) and failed cas (`placement.ts`).
 *
 * Near linear. What it can't decide it leaves to a search.
 */
import type { Algorithm, Answer, Progress } from '../algorithm.ts';
import { OutOfBudget, type Budget } from '../budget.ts';
import type { Given, Model } from '../model.ts';
import { blocksOf } from './blocks.ts';
import { evidenceOf } from './evidence.ts';
import { explainedBefore, staySame, type Decision } from './first-violation.ts';
import { knownBy, numbered, undecided, type History, type Undecided } from './history.ts';
import { NONE } from '../kinds.ts';
import { orderOf } from './order.ts';
import { place } from './placement.ts';
import { versionsOf, type Versions } from './versions.ts';

/** `read` gives what was read of these operations before. */
export function zones<S, I, O>(
  model: Model<S, I, O>,
  given: Given<I, O>,
  budget: Budget,
  read?: () => History<S, I, O> | Undecided,
): Algorithm {
  return new Zones(model, given, budget, read);
}

const NOTHING: Progress = { explained: 0, longest: [] };

class Zones<S, I, O> implements Algorithm {
  readonly #model: Model<S, I, O>;
  readonly #given: Given<I, O>;
  readonly #budget: Budget;
  readonly #read: (() => History<S, I, O> | Undecided) | undefined;
  #explained = (): Progress => NOTHING;

  constructor(
    model: Model<S, I, O>,
    given: Given<I, O>,
    budget: Budget,
    read: (() => History<S, I, O> | Undecided) | undefined,
  ) {
    this.#model = model;
    this.#given = given;
    this.#budget = budget;
    this.#read = read;
  }

  run(): Answer {
    const history = this.#read?.() ?? numbered(this.#model, this.#given);
    if ('why' in history) return history;
    this.#budget.hold(history.bytes);
    const versions = versionsOf(this.#model, history, this.#budget);
    if ('why' in versions) return versions;
    const { scratch } = history;
    const lease = scratch.lease;
    const decide = (until: number): Decision => scratch.within(() => this.#decide(history, versions, until));
    const decision = decide(Number.MAX_VALUE);
    if ('why' in decision) return decision;
    if (!('suspects' in decision)) return this.#valid(history, decision);
    this.#explained = () => {
      if (scratch.lease !== lease) return NOTHING;
      const { completions, isMost, until, next, order, violation } = explainedBefore(
        history,
        decision,
        decide,
      );
      if (!staySame(this.#model, history, until)) return NOTHING;
      const isCertain = violation !== undefined && staySame(this.#model, history, next);
      const suspects = isCertain && { suspects: idsOf(history, new Set(violation.suspects)) };
      return { explained: completions, isMost, longest: idsOf(history, order), ...suspects };
    };
    return {
      kind: 'invalid',
      get suspects() {
        return idsOf(history, new Set(decision.suspects));
      },
    };
  }

  progress(): Progress {
    try {
      return this.#explained();
    } catch (error) {
      if (error instanceof OutOfBudget) return NOTHING;
      throw error;
    }
  }

  #valid(history: History<S, I, O>, order: Int32Array): Answer {
    // The history may be in another order than what was given, and what was appended has no number.
    const isRead = this.#read !== undefined && history.given === this.#given && history.appends.size === 0;
    return {
      kind: 'valid',
      get witness() {
        return idsOf(history, order);
      },
      ...(isRead && { course: { order, columns: history, initial: history.initial } }),
    };
  }

  #decide(whole: History<S, I, O>, versions: Versions, until: number): Decision {
    const history = knownBy(whole, until);
    const evidence = evidenceOf(history, versions, until, this.#budget);
    if ('suspects' in evidence) return evidence;
    const blocks = blocksOf(history, versions, evidence, until, this.#budget);
    if ('suspects' in blocks) return blocks;
    const order = orderOf(blocks, history.scratch);
    if ('suspects' in order) return order;
    if (evidence.doubt !== undefined) return undecided(evidence.doubt);
    return place({ model: this.#model, history, versions, evidence, blocks, order, until }, this.#budget);
  }
}

/** Of operations; what has no operation, as the initial version, is left out. */
function idsOf(
  { given: { operations } }: Pick<History<unknown, unknown, unknown>, 'given'>,
  some: Iterable<number>,
): number[] {
  const found: number[] = [];
  for (const operation of some) if (operation !== NONE) found.push(operations[operation]!.id);
  return found;
}
