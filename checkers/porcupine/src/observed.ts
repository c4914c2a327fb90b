/**
 * What is left of a weakened history when only a few of its operations keep their answers: of unknown
 * outcome, only what led to a state that somebody observes. It is what `compile` leaves, found without
 * numbering everything first.
 *
 * Leaving out the others is sound only where no cas fails: what nobody observes could have been what it
 * ran into.
 */
import type { Budget } from './budget.ts';
import type { Effect, Model, Operation } from './model.ts';
import { weaker } from './prefix.ts';
import { StateTable } from './states.ts';

interface Weak<S, I, O> {
  readonly operation: Operation<I, O>;
  readonly effect: Effect<S>;
}

/**
 * `operations`, of which only those with an id in `kept` keep their answers. Undefined where it can't be
 * said who observes what. Throws `OutOfBudget`.
 */
export function neighbourhood<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  kept: ReadonlySet<number>,
  budget: Budget,
): readonly Operation<I, O>[] | undefined {
  const left = new Set<Operation<I, O>>();
  const observed = new Observed(model);
  const byState = new StateTable<S>(model);
  const makers: Weak<S, I, O>[][] = [];
  const updates: Weak<S, I, O>[] = [];
  for (const operation of operations) {
    budget.tick();
    const isKept = kept.has(operation.id);
    const [weak] = isKept ? [operation] : weaker(model, operation);
    if (!weak) continue;
    const effect = model.effect?.(weak.input, weak.output);
    if (!effect || effect.kind === 'reject') return undefined;
    if (isKept) {
      left.add(weak);
      observed.by(effect);
    } else if (effect.kind === 'update') updates.push({ operation: weak, effect });
    else if ('to' in effect || effect.kind === 'write') {
      const state = byState.intern('to' in effect ? effect.to : effect.state);
      (makers[state] ??= []).push({ operation: weak, effect });
    }
  }
  if (updates.length > 0 && !model.lineage) return undefined;
  for (let state = observed.next(); state !== undefined; state = observed.next()) {
    for (const before of updates.length > 0 ? model.lineage!(state) : [state]) {
      for (const { operation, effect } of makers[byState.find(before)] ?? []) {
        if (left.has(operation)) continue;
        left.add(operation);
        observed.by(effect);
      }
    }
    for (const { operation, effect } of updates) {
      budget.tick();
      if (left.has(operation) || effect.kind !== 'update') continue;
      if (effect.shows?.(state) !== false) left.add(operation);
    }
  }
  return [...left];
}

/** States that somebody observes, each once. */
class Observed<S> {
  readonly #table: StateTable<S>;
  #taken = 0;

  constructor(model: Model<S>) {
    this.#table = new StateTable<S>(model);
  }

  by(effect: Effect<S>): void {
    if (effect.kind === 'read') this.#table.intern(effect.state);
    else if ('from' in effect) this.#table.intern(effect.from);
  }

  next(): S | undefined {
    return this.#taken < this.#table.size ? this.#table.get(this.#taken++) : undefined;
  }
}
