/**
 * What operations do, by number: operations that do the same share a class. The search only knows
 * classes and state numbers; the model is asked once for each pair of the two, and never for effects
 * that say their result.
 */
import type { Budget } from '../budget.ts';
import { Keys } from '../key.ts';
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { ABSENT, type StateTable } from '../states.ts';

/** Kinds up to and with PURE never change the state. */
export const NOOP = 0;
export const READ = 1;
export const REJECT = 2;
export const PURE = 3;
export const WRITE = 4;
export const CAS = 5;
export const ATTEMPT = 6;
export const UPDATE = 7;
export const OPAQUE = 8;
const KINDS = 9;

/** The result of a step that is not allowed. */
export const NO_STATE = -1;
/** The result of a step to a state that has no number, so that nobody ever observes it. */
const NAMELESS = -2;

const NONE = -1;

export class Classes<S, I, O> {
  readonly kind: number[] = [];
  /** The state that is read or rejected, or that a cas or an attempt leads from. */
  readonly from: number[] = [];
  /** The state that a write, a cas or an attempt leads to. */
  readonly to: number[] = [];
  readonly sample: Operation<I, O>[] = [];
  /** Of an update: may it be part of the making of this state? */
  readonly shows: (((state: S) => boolean) | undefined)[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #byStates = Array.from({ length: KINDS }, () => new Map<number, number>());
  readonly #keys = new Keys();
  readonly #results = new Map<number, number>();
  readonly #model: Model<S, I, O>;
  readonly #states: StateTable<S>;
  readonly #budget: Budget;
  readonly #hints: boolean;

  constructor(model: Model<S, I, O>, states: StateTable<S>, budget: Budget, hints: boolean) {
    this.#model = model;
    this.#states = states;
    this.#budget = budget;
    this.#hints = hints;
  }

  get size(): number {
    return this.kind.length;
  }

  /** Bytes of the remembered steps, about. */
  get bytes(): number {
    return this.#results.size * 40 + this.size * 100;
  }

  of(operation: Operation<I, O>): number {
    const { input, output } = operation;
    const effect = this.#hints ? this.#model.effect?.(input, output) : undefined;
    switch (effect?.kind) {
      case 'noop':
        return this.#add(NOOP, NONE, NONE, operation);
      case 'read':
        return this.#add(READ, this.#states.intern(effect.state), NONE, operation);
      case 'reject':
        return this.#add(REJECT, this.#states.intern(effect.state), NONE, operation);
      case 'write': {
        return this.#add(WRITE, NONE, this.#states.intern(effect.state), operation);
      }
      case 'cas':
      case 'attempt': {
        // A cas that may never take effect can just as well be said to take effect, and to change
        // nothing where its state is another one.
        const certain = effect.kind === 'cas' && operation.return !== Infinity;
        const from = this.#states.intern(effect.from);
        return this.#add(certain ? CAS : ATTEMPT, from, this.#states.intern(effect.to), operation);
      }
      case 'update':
        return this.#keyed(UPDATE, operation, effect.shows?.bind(effect));
      case undefined:
        return this.#keyed(this.#model.pure?.(input, output) ? PURE : OPAQUE, operation, undefined);
    }
  }

  /** The number of the state that the step leads to, or NO_STATE. */
  result(state: number, of: number): number {
    switch (this.kind[of]) {
      case NOOP:
        return state;
      case READ:
        return state === this.from[of] ? state : NO_STATE;
      case REJECT:
        return state === this.from[of] ? NO_STATE : state;
      case WRITE:
        return this.to[of]!;
      case CAS:
        return state === this.from[of] ? this.to[of]! : NO_STATE;
      case ATTEMPT:
        return state === this.from[of] ? this.to[of]! : state;
      default:
        return this.#step(state, of, true);
    }
  }

  /** As `result`, but gives NAMELESS, and no number, to an update's result that has none yet. */
  peek(state: number, of: number): number {
    return this.kind[of] === UPDATE ? this.#step(state, of, false) : this.result(state, of);
  }

  #step(state: number, of: number, name: boolean): number {
    const key = state * this.size + of;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    this.#budget.tick();
    const { input, output } = this.sample[of]!;
    const next = this.#model.step(this.#states.get(state), input, output);
    let result: number;
    if (next === ILLEGAL) result = NO_STATE;
    else if (name) result = this.#states.intern(next);
    else {
      result = this.#states.find(next);
      // Not remembered: the state may get its number later.
      if (result === ABSENT) return NAMELESS;
    }
    this.#results.set(key, result);
    return result;
  }

  #keyed(kind: number, operation: Operation<I, O>, shows: ((state: S) => boolean) | undefined): number {
    const key = `${kind} ${this.#keys.of(operation.input)} ${this.#keys.of(operation.output)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.#new(kind, NONE, NONE, operation, shows);
    this.#byKey.set(key, id);
    return id;
  }

  #add(kind: number, from: number, to: number, operation: Operation<I, O>): number {
    const pairs = this.#byStates[kind]!;
    const key = (from + 1) * 2 ** 26 + (to + 1);
    const known = pairs.get(key);
    if (known !== undefined) return known;
    const id = this.#new(kind, from, to, operation, undefined);
    pairs.set(key, id);
    return id;
  }

  #new(
    kind: number,
    from: number,
    to: number,
    operation: Operation<I, O>,
    shows: ((state: S) => boolean) | undefined,
  ): number {
    this.from.push(from);
    this.to.push(to);
    this.sample.push(operation);
    this.shows.push(shows);
    return this.kind.push(kind) - 1;
  }
}
