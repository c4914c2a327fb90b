/**
 * From an invalid history to the part that shows it.
 *
 * Taking an operation out of an invalid history may make it invalid for another reason, or valid:
 *
 *     w(1) ok · r → 1 ok · w(2) ok · r → 1 ok       without w(1) even the first read is wrong
 *
 * So nothing is simply taken out; the history is *weakened*, by steps that keep every linearization it
 * may have. What is invalid then was invalid before:
 *  - what is called after the first completion that can't be explained is left out, and what returns
 *    after it has an unknown outcome: a prefix of a linearizable history is linearizable;
 *  - an operation that changes nothing is left out;
 *  - a known outcome becomes an unknown one;
 *  - of unknown outcome, what nobody observes is left out (see `compile`).
 *
 * What was weakened and could not be left out after all gets its outcome back, as it is easier to read:
 * knowing more of a history that is invalid leaves it invalid. But what it observes must be there then.
 *
 * Each step makes more histories linearizable, never fewer: if one can't be left out now, it can't after
 * others were. But for those that are observed: they may be left out once their observers are.
 */
import { OutOfBudget, type Budget } from './budget.ts';
import { describeOperation } from './describe.ts';
import { compile, isUnknown, operationsOf, type Compiled } from './jit/compile.ts';
import type { Model, Operation } from './model.ts';
import { neighbourhood } from './observed.ts';
import { weaker, type FirstViolation } from './prefix.ts';
import type { Counterexample, FinalConfiguration, KeptOperation } from './result.ts';
import { Search } from './jit/search.ts';
import { linearize } from './jit/witness.ts';

/** Work for one question, for each operation and for any. A question without an answer counts as `no`. */
const TICKS_PER_OPERATION = 50;
const TICKS = 200_000;
/** For the plain search, which without hints may have to try every order of what is left. */
const TICKS_TO_CONFIRM = 500_000;

/** A search, and what it searched. */
interface Attempt<S, I, O> {
  readonly compiled: Compiled<S, I, O>;
  readonly search: Search;
}

/** Never throws for lack of budget. */
export function explain<S, I, O>(
  model: Model<S, I, O>,
  violation: FirstViolation<I, O>,
  budget: Budget,
): Counterexample {
  const weakening = new Weakening(model, violation, budget);
  const minimal = weakening.run();
  return describe(model, weakening.operations, minimal, budget);
}

class Weakening<S, I, O> {
  readonly #model: Model<S, I, O>;
  readonly #budget: Budget;
  readonly #blocked: Operation<I, O>;
  readonly #suspects: readonly number[];
  #operations: readonly Operation<I, O>[];
  #complete = true;

  constructor(
    model: Model<S, I, O>,
    { operations, blocked, suspects }: FirstViolation<I, O>,
    budget: Budget,
  ) {
    this.#model = model;
    this.#budget = budget;
    this.#blocked = blocked;
    this.#suspects = suspects;
    this.#operations = operations;
  }

  get operations(): readonly Operation<I, O>[] {
    return this.#operations;
  }

  /** Was every question answered? */
  run(): boolean {
    const isObserver = (operation: Operation<I, O>): boolean => weaker(this.#model, operation).length === 0;
    try {
      if (!this.#keepSuspects()) {
        this.#operations = operationsOf(compile(this.#model, this.#operations, this.#budget));
        this.#keepLatest();
      }
      this.#passes(isObserver);
      while (this.#passes((operation) => !isObserver(operation)));
      return this.#complete;
    } catch (error) {
      if (error instanceof OutOfBudget) return false;
      throw error;
    }
  }

  /** Who found the violation may know what is enough to show it. */
  #keepSuspects(): boolean {
    if (this.#suspects.length === 0) return false;
    const kept = new Set([...this.#suspects, this.#blocked.id]);
    const some = neighbourhood(this.#model, this.#operations, kept, this.#budget);
    if (!some) return false;
    const compiled = this.#invalid(some);
    if (compiled) this.#operations = operationsOf(compiled);
    return compiled !== undefined;
  }

  /** Most violations show within a few operations: tries to do with the latest 8, 16, 32, … */
  #keepLatest(): void {
    const all = this.#candidates();
    for (let kept = 8; kept < all.length; kept *= 2) {
      if (this.#leaveOut(all.slice(0, -kept))) return;
    }
  }

  /**
   * In pieces, ever smaller ones. The latest first: they are what the others are there to explain. Was
   * any left out?
   */
  #passes(which: (operation: Operation<I, O>) => boolean): boolean {
    const before = this.#operations.length;
    for (let size = this.#candidates().filter(which).length; size >= 1; size = Math.floor(size / 2)) {
      const some = this.#candidates().filter(which);
      for (let end = some.length; end > 0; end -= size)
        this.#leaveOut(some.slice(Math.max(0, end - size), end));
    }
    return this.#operations.length < before;
  }

  #candidates(): Operation<I, O>[] {
    return this.#operations
      .filter((operation) => !isUnknown(operation) && operation !== this.#blocked)
      .sort((a, b) => a.return - b.return);
  }

  /** Leaves out what can be left out of these, if then the history is still invalid; is it? */
  #leaveOut(some: readonly Operation<I, O>[]): boolean {
    let out = new Set(some.map(({ id }) => id));
    const candidate = (): Operation<I, O>[] =>
      this.#operations.flatMap((operation) =>
        out.has(operation.id) ? weaker(this.#model, operation) : [operation],
      );
    let compiled = this.#invalid(candidate());
    if (!compiled) return false;
    // What stays gets its outcome back. It may observe what was left out, which then stays as well.
    for (;;) {
      const left = new Set(operationsOf(compiled).map(({ id }) => id));
      const still = new Set([...out].filter((id) => !left.has(id)));
      if (still.size === out.size) break;
      out = still;
      compiled = compile(this.#model, candidate(), this.#budget);
    }
    this.#operations = operationsOf(compiled);
    return true;
  }

  /** What is left of these if they are invalid; undefined also for lack of budget. */
  #invalid(operations: readonly Operation<I, O>[]): Compiled<S, I, O> | undefined {
    const budget = this.#budget.part(TICKS + TICKS_PER_OPERATION * operations.length);
    try {
      const compiled = compile(this.#model, operations, budget);
      return new Search(compiled, budget).run() ? undefined : compiled;
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      this.#budget.look();
      this.#complete = false;
      return undefined;
    }
  }
}

function describe<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  minimal: boolean,
  budget: Budget,
): Counterexample {
  const plain = searchAgain(model, operations, budget, false);
  const again = plain ?? searchAgain(model, operations, budget, true);
  const found = again && configurationsOf(model, again);
  const ordered = [...operations].sort((a, b) => a.call - b.call);
  return {
    operations: ordered.map((operation) => keptOperation(model, operation)),
    configurations: found?.configurations ?? [],
    more: found?.more ?? true,
    minimal,
    confirmed: plain !== undefined,
  };
}

/** Undefined for lack of budget. */
function searchAgain<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  whole: Budget,
  hints: boolean,
): Attempt<S, I, O> | undefined {
  const budget = whole.part(hints ? TICKS : TICKS_TO_CONFIRM);
  try {
    const compiled = compile(model, operations, budget, hints);
    const search = new Search(compiled, budget, true);
    if (search.run())
      throw new Error(`a search ${hints ? 'with' : 'without'} hints finds the counterexample valid`);
    return { compiled, search };
  } catch (error) {
    if (error instanceof OutOfBudget) return undefined;
    throw error;
  }
}

function keptOperation<S, I, O>(model: Model<S, I, O>, operation: Operation<I, O>): KeptOperation {
  const { id, input, output } = operation;
  const description = describeOperation(model, input, output);
  return { id, outcome: isUnknown(operation) ? 'unknown' : 'known', description };
}

function configurationsOf<S, I, O>(
  model: Model<S, I, O>,
  { compiled, search }: Attempt<S, I, O>,
): { configurations: FinalConfiguration[]; more: boolean } {
  const { ways, more } = search.samples;
  const called: number[] = [];
  for (let e = 0; e < search.furthest; e++)
    if ((compiled.events[e]! & 1) === 0) called.push(compiled.events[e]! >> 1);
  const blocked = compiled.events[search.furthest]! >> 1;
  const operations = operationsOf(compiled);
  const idOf = (operation: number): number => operations[operation]!.id;
  const distinct = new Map<string, FinalConfiguration>();
  for (const way of ways) {
    const { order, state } = linearize(compiled, way);
    const done = new Set(order);
    const pending = called.filter((operation) => !done.has(operation) && operation !== blocked).map(idOf);
    const value = compiled.states.get(state);
    const described = model.describeState?.(value) ?? JSON.stringify(value) ?? String(value);
    const key = `${state} ${pending.join()}`;
    if (!distinct.has(key))
      distinct.set(key, { state: described, linearized: Array.from(order, idOf), pending });
  }
  return { configurations: [...distinct.values()], more };
}
