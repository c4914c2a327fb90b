/**
 * Checks a linearization against the model and the clock, sharing nothing with the search.
 */
import { ILLEGAL, type Model, type Operation } from './model.ts';

/**
 * Why `order` (ids) is no linearization of `operations`, or undefined if it is one: every step is
 * legal, every known operation occurs once and every unknown one at most once, and none occurs after
 * one that was called only when it had returned.
 */
export function verifyWitness<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  order: readonly number[],
): string | undefined {
  const left = new Map(operations.map((operation) => [operation.id, operation]));
  const sequence: Operation<I, O>[] = [];
  let state = model.init();
  for (const id of order) {
    const operation = left.get(id);
    if (!operation) return `operation ${id} occurs twice or is not in the history`;
    left.delete(id);
    const next = model.step(state, operation.input, operation.output);
    if (next === ILLEGAL) return `operation ${id} is not legal in its place`;
    state = next;
    sequence.push(operation);
  }
  for (const operation of left.values()) {
    if (operation.return !== Infinity) return `operation ${operation.id} is missing`;
  }
  let firstReturn = Infinity;
  for (const operation of sequence.reverse()) {
    // Everything seen so far comes later in the linearization.
    if (firstReturn < operation.call)
      return `operation ${operation.id} was called after a later one returned`;
    firstReturn = Math.min(firstReturn, operation.return);
  }
  return undefined;
}
