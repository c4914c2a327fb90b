/**
 * The first completion that can't be explained: the history up to the one before is linearizable, and
 * the history up to this one is not.
 *
 * The search that failed looked ahead, and may have given up long before that completion. So prefixes
 * are searched: what returns after the end of one has an unknown outcome, what is called after it is
 * left out. A prefix of a linearizable history is linearizable, so the first one that is not can be
 * found by bisection.
 */
import type { Budget } from './budget.ts';
import { compile, type Compiled } from './compile.ts';
import type { Model, Operation } from './model.ts';
import { Search } from './search.ts';
import { linearize } from './witness.ts';

/** A search, and what it searched. */
export interface Attempt<S, I, O> {
  readonly compiled: Compiled<S, I, O>;
  readonly search: Search;
}

export interface FirstViolation<I, O> {
  /** The history up to its completion; without what can make no difference. */
  readonly operations: readonly Operation<I, O>[];
  /** The operation that completes. */
  readonly blocked: Operation<I, O>;
  /** Ids of a linearization of the history up to the completion before. */
  readonly longest: readonly number[];
}

/** What is left of an operation of which only the call is known. */
export function weaker<S, I, O>(model: Model<S, I, O>, operation: Operation<I, O>): Operation<I, O>[] {
  const { input, output } = operation;
  const kind = model.effect?.(input, output)?.kind;
  const pure =
    kind === 'noop' || kind === 'read' || kind === 'reject' || model.pure?.(input, output) === true;
  return pure ? [] : [{ ...operation, output: undefined, return: Infinity }];
}

/** `failed` found no linearization. Throws `OutOfBudget`. */
export function firstViolation<S, I, O>(
  model: Model<S, I, O>,
  failed: Attempt<S, I, O>,
  budget: Budget,
): FirstViolation<I, O> {
  const { compiled, search } = failed;
  const returns = [...compiled.events.keys()].filter(
    (e) => e >= search.furthest && (compiled.events[e]! & 1) === 1,
  );
  let longest = idsOf(failed.compiled, search.longest);
  let violation: readonly Operation<I, O>[] | undefined;
  const isExplained = (end: number): boolean => {
    const operations = prefix(model, compiled, end);
    const attempt = compile(model, operations, budget);
    const again = new Search(attempt, budget);
    if (!again.run()) {
      violation = attempt.operations;
      return false;
    }
    longest = idsOf(attempt, again.choices);
    return true;
  };
  // Everything up to returns[low - 1] is explained, and not everything up to returns[high].
  let low = 0;
  let high = returns.length - 1;
  for (let step = 1; low < high; step *= 2) {
    const probe = Math.min(low + step - 1, high - 1);
    if (!isExplained(returns[probe]!)) {
      high = probe;
      break;
    }
    low = probe + 1;
  }
  while (low < high) {
    const probe = (low + high) >> 1;
    if (isExplained(returns[probe]!)) low = probe + 1;
    else high = probe;
  }
  const blocked = compiled.operations[compiled.events[returns[high]!]! >> 1]!;
  return { operations: violation ?? prefix(model, compiled, returns[high]!), blocked, longest };
}

export function idsOf<S, I, O>(compiled: Compiled<S, I, O>, choices: Int32Array): number[] {
  return linearize(compiled, choices).order.map((operation) => compiled.operations[operation]!.id);
}

/** The history up to and with the event. */
function prefix<S, I, O>(model: Model<S, I, O>, compiled: Compiled<S, I, O>, end: number): Operation<I, O>[] {
  const called: Operation<I, O>[] = [];
  const returned = new Set<Operation<I, O>>();
  for (const event of compiled.events.subarray(0, end + 1)) {
    const operation = compiled.operations[event >> 1]!;
    if ((event & 1) === 0) called.push(operation);
    else returned.add(operation);
  }
  return called.flatMap((operation) => (returned.has(operation) ? [operation] : weaker(model, operation)));
}
