/**
 * What operations do, by number: operations that do the same share a class. The search only knows
 * classes and state numbers; the model is asked once for each pair of the two, and never for effects
 * that say their result.
 */
import type { Budget } from '../budget.ts';
import { Keys } from '../key.ts';
import { ATTEMPT, CAS, NONE, NOOP, OPAQUE, PURE, READ, REJECT, UPDATE, WRITE } from '../kinds.ts';
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { ABSENT, type StateTable } from '../states.ts';

/** The result of a step that is not allowed. */
export const NO_STATE = -1;
/** The result of a step to a state that has no number, so that nobody ever observes it. */
const NAMELESS = -2;

export class Classes<S, I, O> {
  readonly kind: number[] = [];
  /** The state that is read or rejected, or that a cas or an attempt leads from. */
  readonly from: number[] = [];
  /** The state that a write, a cas or an attempt leads to. */
  readonly to: number[] = [];
  /** One of those that only the model can take a step of. */
  readonly sample: (Operation<I, O> | undefined)[] = [];
  /** Of an update: may it be part of the making of this state? */
  readonly shows: (((state: S) => boolean) | undefined)[] = [];
  readonly #byKey = new Map<string, number>();
  /** By kind, from and to: classes from 1; 0 is none. Open addressing. */
  #byStates = new Int32Array(1 << 6);
  #inTable = 0;
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
    const { input, output } = this.sample[of]!; // what was read before is of no such kind
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

  /** Of one that was read before, and does not append; see `kinds.ts`. */
  with(kind: number, from: number, to: number, isKnown: boolean): number {
    return this.#add(kind === CAS && !isKnown ? ATTEMPT : kind, from, to, undefined);
  }

  #keyed(kind: number, operation: Operation<I, O>, shows: ((state: S) => boolean) | undefined): number {
    const key = `${kind} ${this.#keys.of(operation.input)} ${this.#keys.of(operation.output)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.#new(kind, NONE, NONE, operation, shows);
    this.#byKey.set(key, id);
    return id;
  }

  #add(kind: number, from: number, to: number, operation: Operation<I, O> | undefined): number {
    const slot = this.#slotOf(kind, from, to);
    const known = this.#byStates[slot]!;
    if (known > 0) return known - 1;
    const id = this.#new(kind, from, to, operation, undefined);
    this.#byStates[slot] = id + 1;
    if (2 * ++this.#inTable > this.#byStates.length) this.#grow();
    return id;
  }

  /** Of the class, or the empty one where it belongs. */
  #slotOf(kind: number, from: number, to: number): number {
    const mask = this.#byStates.length - 1;
    for (let slot = hash(kind, from, to) & mask; ; slot = (slot + 1) & mask) {
      const of = this.#byStates[slot]! - 1;
      if (of < 0 || (this.from[of] === from && this.to[of] === to && this.kind[of] === kind)) return slot;
    }
  }

  #grow(): void {
    const old = this.#byStates;
    this.#byStates = new Int32Array(2 * old.length);
    for (const of of old) {
      if (of > 0) this.#byStates[this.#slotOf(this.kind[of - 1]!, this.from[of - 1]!, this.to[of - 1]!)] = of;
    }
  }

  #new(
    kind: number,
    from: number,
    to: number,
    operation: Operation<I, O> | undefined,
    shows: ((state: S) => boolean) | undefined,
  ): number {
    this.from.push(from);
    this.to.push(to);
    this.sample.push(operation);
    this.shows.push(shows);
    return this.kind.push(kind) - 1;
  }
}

function hash(kind: number, from: number, to: number): number {
  const half = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca77) ^ Math.imul(kind, 0xc2b2ae3d);
  return half ^ (half >>> 15);
}
