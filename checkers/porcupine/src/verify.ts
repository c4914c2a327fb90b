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
  for (let place = 0; place < order.length; place++) {
    const id = order[place]!;
    const position = ids.find(id);
    if (position === UNKNOWN_ID || isPlaced[position])
      return `operation ${id} occurs twice or is not in the history`;
    isPlaced[position] = 1;
    const operation = operations[position]!;
    calls[place] = operation.call;
    returns[place] = operation.return;
    const next = model.step(state, operation.input, operation.output);
    if (next === ILLEGAL) return `operation ${id} is not legal in its place`;
    state = next;
  }
  for (let position = 0; position < operations.length; position++) {
    if (isPlaced[position]) continue;
    const { id, return: end } = operations[position]!;
    if (end !== Infinity) return `operation ${id} is missing`;
  }
  let firstReturn = Infinity;
  for (let place = order.length - 1; place >= 0; place--) {
    // Everything seen so far comes later in the linearization.
    if (firstReturn < calls[place]!) return `operation ${order[place]} was called after a later one returned`;
    firstReturn = Math.min(firstReturn, returns[place]!);
  }
  return undefined;
}
