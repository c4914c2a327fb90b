/**
 * What an operation does, as far as is known at the moment. It changes once, when the operation returns:
 * until then a read may answer anything and so says nothing, and a compare-and-set is an attempt.
 */
import { ATTEMPT, CAS, OPAQUE, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import { ILLEGAL, type Model } from '../model.ts';
import type { State, StatePool } from './state-pool.ts';

export class Action<S> {
  /** Kinds up to and with PURE never change the state. */
  readonly kind: number;
  /** The state that is read or rejected, or that a cas or an attempt leads from. */
  readonly from: State<S> | undefined;
  /** The state that a write, a cas or an attempt leads to. */
  readonly to: State<S> | undefined;
  /** Of an update: may it have had a part in the making of this state? */
  readonly shows: ((state: S) => boolean) | undefined;
  /** Of an update, and of what only `step` knows. */
  readonly #step: ((state: State<S>) => State<S> | undefined) | undefined;

  constructor(
    kind: number,
    from?: State<S>,
    to?: State<S>,
    step?: (state: State<S>) => State<S> | undefined,
    shows?: (state: S) => boolean,
  ) {
    this.kind = kind;
    this.from = from;
    this.to = to;
    this.#step = step;
    this.shows = shows;
  }

  get isPure(): boolean {
    return this.kind <= PURE;
  }

  /** Legal in any state, as far as is known. */
  get isTotal(): boolean {
    return this.kind === WRITE || this.kind === ATTEMPT || this.kind === UPDATE;
  }

  /** The state that it leads to, or undefined where it is not legal. */
  result(state: State<S>): State<S> | undefined {
    switch (this.kind) {
      case READ:
        return state === this.from ? state : undefined;
      case REJECT:
        return state === this.from ? undefined : state;
      case WRITE:
        return this.to;
      case CAS:
        return state === this.from ? this.to : undefined;
      case ATTEMPT:
        return state === this.from ? this.to : state;
      default:
        return this.#step?.(state);
    }
  }
}

/**
 * What an operation does that answered `output`, or that did not return so far. Undefined where that
 * says nothing: it is legal anywhere and changes nothing, or never changes anything and may never run.
 */
export function actionOf<S, I, O>(
  model: Model<S, I, O>,
  states: StatePool<S>,
  input: I,
  returned: { readonly output: O } | undefined,
): Action<S> | undefined {
  const output = returned?.output;
  const step = (state: State<S>): State<S> | undefined => {
    const next = model.step(state.value, input, output);
    return next === ILLEGAL ? undefined : states.intern(next);
  };
  const effect = model.effect?.(input, output);
  switch (effect?.kind) {
    case 'noop':
      return undefined;
    case 'read':
    case 'reject':
      if (!returned) return undefined;
      return new Action(effect.kind === 'read' ? READ : REJECT, states.intern(effect.state));
    case 'write':
      return new Action(WRITE, undefined, states.intern(effect.state));
    case 'cas':
    case 'attempt': {
      // What may never run can just as well run without an effect.
      const kind = effect.kind === 'cas' && returned ? CAS : ATTEMPT;
      return new Action(kind, states.intern(effect.from), states.intern(effect.to));
    }
    case 'update':
      return new Action<S>(UPDATE, undefined, undefined, step, effect.shows?.bind(effect));
    case undefined:
      if (!model.pure?.(input, output)) return new Action<S>(OPAQUE, undefined, undefined, step);
      return returned && new Action<S>(PURE, undefined, undefined, step);
  }
}
