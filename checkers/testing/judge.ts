import type { Op } from '../../harness/history/op.ts';
import type { Checker, CheckResult } from '../types.ts';

export function judge(checker: Checker, history: readonly Op[]): CheckResult {
  for (const op of history) checker.push(op);
  return checker.finish();
}
