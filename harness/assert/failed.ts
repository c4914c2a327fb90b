/** A verdict that is not the one that a test asked for: an assertion's failure to every test runner. */
import { AssertionError } from 'node:assert';
import type { Verdict } from '../../checkers/types.ts';

export class Failed extends AssertionError {
  readonly verdict: Verdict;

  /** `message`: the explanation, for people. */
  constructor(message: string, verdict: Verdict, expected: Verdict) {
    super({ message, actual: verdict, expected, operator: 'faultline' });
    this.name = 'Failed';
    this.verdict = verdict;
  }
}
