/**
 * A counterexample's orders, step by step: what the object is after each operation, and why each of the
 * others can't come next: because it began after another one had ended that is still to come, or because
 * the model does not allow it what it answered.
 */
import { ILLEGAL, type Model } from 'porcupine-ts';
import type { CounterexampleDetails, OperationDetails } from '../../checkers/linearizable.ts';
import { isRead } from '../explain/effects.ts';
import type { Order, Step } from './page/data.ts';

const MAX_ORDERS = 4;

export function ordersOf(
  { operations, configurations }: CounterexampleDetails,
  model: Model,
): readonly Order[] {
  return configurations.slice(0, MAX_ORDERS).map(({ linearized }) => {
    const steps: Step[] = [];
    let state: unknown = model.init();
    let left = [...operations];
    steps.push(stepOf(undefined, state, left, model));
    for (const id of linearized) {
      const operation = left.find(({ invoke }) => invoke === id);
      if (operation === undefined) break;
      const next = apply(model, state, operation);
      if (next === ILLEGAL) break;
      state = next;
      left = left.filter((other) => other !== operation);
      steps.push(stepOf(id, state, left, model));
    }
    return { steps };
  });
}

function stepOf(
  operation: number | undefined,
  state: unknown,
  left: readonly OperationDetails[],
  model: Model,
): Step {
  return {
    ...(operation !== undefined && { operation }),
    state: model.describeState?.(state) ?? String(state),
    remaining: left.map((one) => {
      const first = left.find(
        (other) =>
          other !== one &&
          other.outcome === 'known' &&
          other.complete !== null &&
          other.complete < one.invoke,
      );
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
