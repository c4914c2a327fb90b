import type { Op } from '../../harness/history/op.ts';

/** `Result` is a promise where the checker takes its time. */
export function judge<Result>(
  checker: { push(op: Op): void; finish(): Result },
  history: readonly Op[],
): Result {
  for (const op of history) checker.push(op);
  return checker.finish();
}
