/**
 * The first completion that can't be explained: the history up to the one before is linearizable, and
 * the history up to this one is not.
 *
 * What found the history invalid may have looked ahead, and given up long before that completion. So
 * prefixes are decided: what returns after the end of one has an unknown outcome, what is called after
 * it is left out. A prefix of a linearizable history is linearizable, so the first one that is not can
 * be found by bisection.
 */
import type { Answer, Progress } from './algorithm.ts';
import type { Budget } from './budget.ts';
import { isUnknown } from './jit/compile.ts';
import type { Model, Operation } from './model.ts';

export interface FirstViolation<I, O> {
  /** The history up to its completion. */
  readonly operations: readonly Operation<I, O>[];
  /** The operation that completes. */
  readonly blocked: Operation<I, O>;
  /** Ids of a linearization of the history up to the completion before. */
  readonly longest: readonly number[];
  /** Ids of operations that are likely to be enough to show it. */
  readonly suspects: readonly number[];
}

/** So many completions are tried one by one. */
const SMALL_STEPS = 8;

/** What is left of an operation of which only the call is known. */
export function weaker<S, I, O>(model: Model<S, I, O>, operation: Operation<I, O>): Operation<I, O>[] {
  const { input, output } = operation;
  const kind = model.effect?.(input, output)?.kind;
  const pure =
    kind === 'noop' || kind === 'read' || kind === 'reject' || model.pure?.(input, output) === true;
  return pure ? [] : [{ ...operation, output: undefined, return: Infinity }];
}

/**
 * `operations` are invalid, `suspects` are likely to show it, and so many of their completions are
 * explained as `progress` says. `decide` decides a part of them. Throws `OutOfBudget`.
 */
export function firstViolation<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  progress: Progress,
  suspects: readonly number[],
  decide: (operations: readonly Operation<I, O>[]) => Answer,
  budget: Budget,
): FirstViolation<I, O> {
  const completed = operations.filter((operation) => !isUnknown(operation));
  completed.sort((a, b) => a.return - b.return);
  let { longest } = progress;
  let shownBy = suspects;
  const isExplained = (last: number): boolean => {
    budget.look();
    const answer = decide(prefix(model, operations, completed[last]!));
    if (answer.kind === 'undecided') throw new Error(`a prefix was not decided: ${answer.why}`);
    if (answer.kind === 'invalid') shownBy = answer.suspects ?? [];
    else longest = answer.witness;
    return answer.kind === 'valid';
  };
  // Everything up to completed[low - 1] is explained, and not everything up to completed[high].
  let low = Math.min(progress.explained, completed.length - 1);
  let high = completed.length - 1;
  const narrow = (probe: number): void => {
    if (isExplained(probe)) low = probe + 1;
    else high = probe;
  };
  if (progress.isMost && progress.suspects) {
    high = low;
    shownBy = progress.suspects;
  } else if (progress.isMost && low < high) narrow(low);
  // From where it is likely to be: where the last suspect returned, or just after what is explained.
  const shown = (): number => {
    const last = lastReturnOf(shownBy, operations);
    return last === undefined ? -1 : completed.findLastIndex((operation) => operation.return <= last);
  };
  if (low < high && shown() >= low) {
    // A part that is invalid may have other suspects, who returned sooner. That a part is valid takes longer
    // to find than that it is not, so the first steps down are small.
    for (let steps = 0, explained = false; low < high && !explained;) {
      const suspected = shown();
      const from = high;
      if (suspected >= low && suspected < high) narrow(suspected);
      else {
        narrow(Math.max(high - Math.ceil(2 ** (steps - SMALL_STEPS)), low));
        steps++;
      }
      explained = high === from;
    }
  } else {
    for (let step = 1, from = -1; low < high && from !== low; step *= 2) {
      from = low;
      narrow(Math.min(low + step - 1, high - 1));
    }
  }
  while (low < high) narrow((low + high) >> 1);
  const blocked = completed[high]!;
  return { operations: prefix(model, operations, blocked), blocked, longest, suspects: shownBy };
}

function lastReturnOf(ids: readonly number[], operations: readonly Operation[]): number | undefined {
  const some = new Set(ids);
  let last: number | undefined;
  for (const { id, return: end } of operations) {
    if (end !== Infinity && some.has(id)) last = Math.max(last ?? end, end);
  }
  return last;
}

/** The history up to and with the return of `last`. Intervals are closed: a call at that time counts. */
function prefix<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  last: Operation<I, O>,
): Operation<I, O>[] {
  const end = last.return;
  const before: Operation<I, O>[] = [];
  // A loop: it is done for each probe, and `flatMap` takes ten times as long.
  for (const operation of operations) {
    if (operation.call > end) continue;
    if (operation.return <= end || isUnknown(operation)) before.push(operation);
    else before.push(...weaker(model, operation));
  }
  return before;
}
