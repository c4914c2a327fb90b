/**
 * What made a search too long: the operations of unknown outcome that it tried most often.
 */
import { describeOperation } from './describe.ts';
import type { Model, Operation } from './model.ts';
import type { CostlyOperation } from './result.ts';

const MOST = 5;

export function costliest<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  tries: ReadonlyMap<number, number> = new Map(),
): readonly CostlyOperation[] {
  const ranked = [...tries].sort(([, a], [, b]) => b - a).slice(0, MOST);
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  return ranked.map(([id, count]) => {
    const { input, output } = byId.get(id)!;
    return { id, description: describeOperation(model, input, output), tries: count };
  });
}
