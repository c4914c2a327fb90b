/**
 * The operations of unknown outcome. They may take effect at any later time, or never; those that do the
 * same are interchangeable, so they are counted: how many were called, and in each configuration how
 * many of them are spent. What is spent in every configuration is spent for good, and forgotten.
 */
import { ATTEMPT, WRITE } from '../kinds.ts';
import type { Action } from './action.ts';
import type { State } from './state-pool.ts';

export class UnknownClass<S> {
  readonly order: number;
  readonly action: Action<S>;
  /** What tells it from others, where its states don't. */
  readonly key: string;
  /** One of them, for people. */
  readonly example: number;
  called = 0;

  constructor(order: number, action: Action<S>, key: string, example: number) {
    this.order = order;
    this.action = action;
    this.key = key;
    this.example = example;
  }
}

export class UnknownOperations<S> {
  readonly #writers = new Map<State<S>, UnknownClass<S>>();
  readonly #attempts = new Map<State<S>, UnknownClass<S>[]>();
  readonly #others = new Map<string, UnknownClass<S>>();
  #classes = 0;

  /** By what they do. */
  classOf(action: Action<S>, key: () => string, example: number): UnknownClass<S> {
    switch (action.kind) {
      case WRITE: {
        const known = this.#writers.get(action.to!);
        if (known) return known;
        const made = new UnknownClass(this.#classes++, action, '', example);
        this.#writers.set(action.to!, made);
        return made;
      }
      case ATTEMPT: {
        const alike = this.#attempts.get(action.to!) ?? [];
        const known = alike.find((other) => other.action.from === action.from);
        if (known) return known;
        const made = new UnknownClass(this.#classes++, action, '', example);
        this.#attempts.set(action.to!, [...alike, made]);
        return made;
      }
      default: {
        const name = `${action.kind} ${key()}`;
        const known = this.#others.get(name);
        if (known) return known;
        const made = new UnknownClass(this.#classes++, action, name, example);
        this.#others.set(name, made);
        return made;
      }
    }
  }

  /** Those that write this state. */
  writerOf(state: State<S>): UnknownClass<S> | undefined {
    return this.#writers.get(state);
  }

  /** Those that may lead to this state from one other. */
  attemptsTo(state: State<S>): readonly UnknownClass<S>[] {
    return this.#attempts.get(state) ?? [];
  }

  /** Updates, and what only `step` knows. */
  others(): IterableIterator<UnknownClass<S>> {
    return this.#others.values();
  }

  /** Those of them that may have had a part in the making of this state. */
  *showing(state: State<S>): IterableIterator<UnknownClass<S>> {
    for (const one of this.#others.values()) if (one.action.shows?.(state.value) !== false) yield one;
  }

  get hasOthers(): boolean {
    return this.#others.size > 0;
  }

  *attempts(): IterableIterator<UnknownClass<S>> {
    for (const alike of this.#attempts.values()) yield* alike;
  }

  writers(): IterableIterator<UnknownClass<S>> {
    return this.#writers.values();
  }

  *all(): IterableIterator<UnknownClass<S>> {
    yield* this.writers();
    yield* this.attempts();
    yield* this.#others.values();
  }

  /** All of them are spent for good. */
  forget(spent: UnknownClass<S>): void {
    const { action, key } = spent;
    if (action.kind === WRITE) this.#writers.delete(action.to!);
    else if (action.kind === ATTEMPT) {
      const others = this.attemptsTo(action.to!).filter((other) => other !== spent);
      if (others.length > 0) this.#attempts.set(action.to!, others);
      else this.#attempts.delete(action.to!);
    } else this.#others.delete(key);
  }
}
