/**
 * Checks a linearization against the model and the clock, sharing nothing with the search.
 */
import { idsOf, UNKNOWN_ID } from './ids.ts';
import { ILLEGAL, type Model, type Operation } from './model.ts';

/** Operations that are looked at in one go, before the model's code is. */
const AHEAD = 128;

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
  const places = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const place = ids.find(order[i]!);
    if (place === UNKNOWN_ID) return occursTwice(order[i]!);
    places[i] = place;
  }
  return verifyPlaces(model, operations, order, places);
}

/** The same where `places` says by position which operation each id is: taken for granted no more than the ids. */
export function verifyPlaces<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  order: readonly number[],
  places: Int32Array,
): string | undefined {
  if (places.length !== order.length) return `${order.length} ids are in ${places.length} places`;
  const isPlaced = new Uint8Array(operations.length);
  const calls = new Float64Array(order.length);
  const returns = new Float64Array(order.length);
  let state = model.init();
  for (let start = 0; start < order.length; start += AHEAD) {
    const end = Math.min(order.length, start + AHEAD);
    // By themselves: a plain loop waits for memory once where the model's code would wait each time.
    for (let i = start; i < end; i++) {
      const operation = operations[places[i]!];
      if (operation === undefined || operation.id !== order[i] || isPlaced[places[i]!])
        return occursTwice(order[i]!);
      isPlaced[places[i]!] = 1;
      calls[i] = operation.call;
      returns[i] = operation.return;
    }
    for (let i = start; i < end; i++) {
      const { input, output } = operations[places[i]!]!;
      const next = model.step(state, input, output);
      if (next === ILLEGAL) return `operation ${order[i]} is not legal in its place`;
      state = next;
    }
  }
  for (let place = 0; place < operations.length; place++) {
    if (isPlaced[place]) continue;
    const { id, return: end } = operations[place]!;
    if (end !== Infinity) return `operation ${id} is missing`;
  }
  let firstReturn = Infinity;
  for (let i = order.length - 1; i >= 0; i--) {
    // Everything seen so far comes later in the linearization.
    if (firstReturn < calls[i]!) return `operation ${order[i]} was called after a later one returned`;
    firstReturn = Math.min(firstReturn, returns[i]!);
  }
  return undefined;
}

function occursTwice(id: number): string {
  return `operation ${id} occurs twice or is not in the history`;
}
