/**
 * Specifications that leave something open: a step may lead to one of several states, and there may be
 * several to begin with.
 *
 * The power-set construction makes a deterministic model of one: its state is the set of all states that
 * the operations so far may have led to. They are legal exactly when the set is not empty, so an order
 * of operations is legal in the one model exactly when it is in the other.
 */
import { ILLEGAL, type Illegal, type Model } from './model.ts';

export interface NondeterministicModel<S = unknown, I = unknown, O = unknown> extends Pick<
  Model<S, I, O>,
  'name' | 'equal' | 'hash' | 'partition' | 'describeOperation' | 'describeState'
> {
  /** Every state the object may start in; at least one. */
  init(): readonly S[];
  /**
   * Every state that the object may be in after `input` was executed in `state` and answered `output`;
   * none when it could not have answered that. With `output` undefined any answer is allowed.
   */
  step(state: S, input: I, output: O | undefined): readonly S[];
}

/** A set of states, each of them once, in no particular order. */
export type States<S> = readonly S[];

/**
 * `pure`, `effect` and `lineage` have no place here: an operation that leaves every state as it is still
 * changes the set, when it rules some of them out.
 */
export function toModel<S, I, O>(model: NondeterministicModel<S, I, O>): Model<States<S>, I, O> {
  const equal = model.equal?.bind(model) ?? Object.is;
  const includes = (states: States<S>, state: S): boolean => states.some((other) => equal(other, state));
  const union = (groups: readonly States<S>[]): States<S> => {
    const all: S[] = [];
    for (const group of groups) for (const state of group) if (!includes(all, state)) all.push(state);
    return all;
  };
  return {
    name: model.name,
    init() {
      const states = union([model.init()]);
      if (states.length === 0) throw new TypeError(`the model ${model.name} has no state to start in`);
      return states;
    },
    step(states, input, output): States<S> | Illegal {
      const next = union(states.map((state) => model.step(state, input, output)));
      return next.length === 0 ? ILLEGAL : next;
    },
    // Neither has a state twice, so as many that are all in the other are all of the other.
    equal: (a, b) => a.length === b.length && a.every((state) => includes(b, state)),
    hash: (states) => hashOf(states, model),
    ...(model.partition && { partition: model.partition.bind(model) }),
    ...(model.describeOperation && { describeOperation: model.describeOperation.bind(model) }),
    describeState: (states) => states.map((state) => describeState(model, state)).join(' or '),
  };
}

/** The same for the same states in any order. */
function hashOf<S>(states: States<S>, model: Pick<NondeterministicModel<S>, 'hash'>): string {
  // Without one, all that is known to be the same of equal sets is how many states they have.
  if (!model.hash) return String(states.length);
  const hashes = states.map((state) => String(model.hash?.(state)));
  return hashes.sort().join();
}

function describeState<S>(model: Pick<NondeterministicModel<S>, 'describeState'>, state: S): string {
  return model.describeState?.(state) ?? JSON.stringify(state) ?? String(state);
}

/**
 * The same object, in one of these states to start with: for a log that begins in the middle. Of a
 * register, every value that occurs in the log and one that doesn't are enough.
 */
export function startingIn<S, I, O>(
  states: readonly S[],
  model: Model<S, I, O>,
): NondeterministicModel<S, I, O> {
  return {
    name: model.name,
    init: () => states,
    step(state, input, output) {
      const next = model.step(state, input, output);
      return next === ILLEGAL ? [] : [next];
    },
    ...(model.equal && { equal: model.equal.bind(model) }),
    ...(model.hash && { hash: model.hash.bind(model) }),
    ...(model.partition && { partition: model.partition.bind(model) }),
    ...(model.describeOperation && { describeOperation: model.describeOperation.bind(model) }),
    ...(model.describeState && { describeState: model.describeState.bind(model) }),
  };
}
