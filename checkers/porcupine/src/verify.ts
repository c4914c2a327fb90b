/**
 * Checks a linearization against the model and the clock, sharing nothing with the search.
 */
import { idsOf, UNKNOWN_ID } from './ids.ts';
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
  const ids = idsOf(operations);
  const isPlaced = new Uint8Array(operations.length);
  const calls = new Float64Array(order.length);
  const returns = new Float64Array(order.length);
  let state = model.init();
  for (let i = 0; i < order.length; i++) {
    const place = ids.find(order[i]!);
    if (place === UNKNOWN_ID || isPlaced[place]) return faults.occursTwice(order[i]!);
    isPlaced[place] = 1;
    const { input, output, call, return: end } = operations[place]!;
    calls[i] = call;
    returns[i] = end;
    const next = model.step(state, input, output);
    if (next === ILLEGAL) return faults.illegal(order[i]!);
    state = next;
  }
  for (let place = 0; place < operations.length; place++) {
    if (isPlaced[place]) continue;
    const { id, return: end } = operations[place]!;
    if (end !== Infinity) return faults.missing(id);
  }
  let firstReturn = Infinity;
  for (let i = order.length - 1; i >= 0; i--) {
    // Everything seen so far comes later in the linearization.
    if (firstReturn < calls[i]!) return faults.tooLate(order[i]!);
    firstReturn = Math.min(firstReturn, returns[i]!);
  }
  return undefined;
}

/** What is wrong with an operation of what is no linearization, by its id. */
export const faults = {
  occursTwice: (id: number): string => `operation ${id} occurs twice or is not in the history`,
  illegal: (id: number): string => `operation ${id} is not legal in its place`,
  missing: (id: number): string => `operation ${id} is missing`,
  tooLate: (id: number): string => `operation ${id} was called after a later one returned`,
};
