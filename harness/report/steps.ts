/**
 * A counterexample's orders, step by step: what the object is after each operation, and why each of the
 * others can't come next: because it began after another one had ended that is still to come, or because
 * the model does not allow it what it answered. Beside them what could be reached in as many steps by any order.
 */
import { ILLEGAL, type Model } from 'porcupine-ts';
import type { CounterexampleDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { isRead } from '../explain/effects.ts';
import type { Order, Step } from './page/data.ts';

const MAX_ORDERS = 4;
/** Of all orders so many beginnings are followed side by side, and so many states are named. */
const MAX_BEGINNINGS = 500;
const MAX_STATES = 8;

export function ordersOf(
  { operations, configurations }: CounterexampleDetails,
  model: Model,
): readonly Order[] {
  const reachable = reachableStates(operations, model);
  return configurations.slice(0, MAX_ORDERS).map(({ linearized }) => {
    const steps: Step[] = [];
    let state: unknown = model.init();
    let left = [...operations];
    const add = (operation: number | undefined): void => {
      steps.push(
        stepOf(operation, state, left, model, reachable[steps.length] ?? { states: [], more: true }),
      );
    };
    add(undefined);
    for (const id of linearized) {
      const operation = left.find(({ invoke }) => invoke === id);
      if (operation === undefined) break;
      const next = apply(model, state, operation);
      if (next === ILLEGAL) break;
      state = next;
      left = left.filter((other) => other !== operation);
      add(id);
    }
    return { steps };
  });
}

function stepOf(
  operation: number | undefined,
  state: unknown,
  left: readonly OperationDetails[],
  model: Model,
  reachable: Step['reachable'],
): Step {
  return {
    ...(operation !== undefined && { operation }),
    state: described(model, state),
    reachable,
    remaining: left.map((one) => {
      const first = mustComeBefore(one, left);
      if (first !== undefined) {
        return {
          operation: one.invoke,
          possible: false,
          why: `op ${first.invoke} had ended before it began, and is still to come`,
        };
      }
      if (apply(model, state, one) === ILLEGAL) {
        return {
          operation: one.invoke,
          possible: false,
          why: 'its answer does not fit what the object is now',
        };
      }
      return { operation: one.invoke, possible: true, why: 'it could come next' };
    }),
  };
}

/** Of those left, one that had ended before this began. */
function mustComeBefore(
  one: OperationDetails,
  left: readonly OperationDetails[],
): OperationDetails | undefined {
  return left.find(
    (other) =>
      other !== one && other.outcome === 'known' && other.complete !== null && other.complete < one.invoke,
  );
}

/**
 * By how many operations are in order, from none on: each state that some order leads to. Two beginnings that
 * leave the same operations and the same state go on alike, and count once.
 */
function reachableStates(
  operations: readonly OperationDetails[],
  model: Model,
): readonly Step['reachable'][] {
  const layers: Step['reachable'][] = [];
  let beginnings: readonly Beginning[] = [{ state: model.init(), left: operations }];
  let more = false;
  const isSame = model.equal?.bind(model) ?? Object.is;
  while (beginnings.length > 0) {
    const states = [...new Set(beginnings.map(({ state }) => described(model, state)))];
    layers.push({ states: states.slice(0, MAX_STATES), more: more || states.length > MAX_STATES });
    const next = new Map<string, Beginning[]>();
    let count = 0;
    for (const { state, left } of beginnings) {
      for (const one of left) {
        if (mustComeBefore(one, left) !== undefined) continue;
        const after = apply(model, state, one);
        if (after === ILLEGAL) continue;
        const rest = left.filter((other) => other !== one);
        const name = rest.map(({ invoke }) => invoke).join(' ');
        const alike = next.get(name) ?? [];
        if (alike.some((other) => isSame(other.state, after))) continue;
        if (count++ >= MAX_BEGINNINGS) {
          more = true;
          continue;
        }
        next.set(name, [...alike, { state: after, left: rest }]);
      }
    }
    beginnings = [...next.values()].flat();
  }
  return layers;
}

interface Beginning {
  readonly state: unknown;
  readonly left: readonly OperationDetails[];
}

function described(model: Model, state: unknown): string {
  return model.describeState?.(state) ?? String(state);
}

/** As `checkers/operations.ts` puts operations to a model. */
function apply(model: Model, state: unknown, op: OperationDetails): unknown {
  const { f, value, result, outcome, process } = op;
  const input = { f, process, ...(value !== null && { value }) };
  if (outcome === 'unknown') return model.step(state, input, undefined);
  const output =
    f === 'cas' && typeof result === 'boolean'
      ? { ok: result }
      : isRead(op) || result !== null
        ? { value: result }
        : {};
  return model.step(state, input, output);
}
