/**
 * Linearizability by its definition, for tests: tries every order of a small history.
 */
import { ILLEGAL, type Model, type Operation } from '../model.ts';

export function isLinearizable<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
): boolean {
  return canContinue(model, model.init(), operations);
}

function canContinue<S, I, O>(model: Model<S, I, O>, state: S, left: readonly Operation<I, O>[]): boolean {
  // What is of unknown outcome may never take effect.
  if (left.every((operation) => operation.return === Infinity)) return true;
  return left.some((operation) => {
    const others = left.filter((other) => other !== operation);
    if (others.some((other) => other.return < operation.call)) return false;
    const next = model.step(state, operation.input, operation.output);
    return next !== ILLEGAL && canContinue(model, next, others);
  });
}
