/**
 * Several checkers on one history. What one of them throws is its own `unknown`, and nobody else's.
 */
import type { Op } from '../harness/history/op.ts';
import type { Checker, CheckResult } from './types.ts';

export class CheckerSet {
  readonly #checkers: readonly (readonly [name: string, checker: Checker])[];
  readonly #failures = new Map<string, unknown>();

  /** By name; results come in this order. */
  constructor(checkers: { readonly [name: string]: Checker }) {
    this.#checkers = Object.entries(checkers);
  }

  push(op: Op): void {
    for (const [name, checker] of this.#checkers) {
      if (this.#failures.size > 0 && this.#failures.has(name)) continue;
      try {
        checker.push(op);
      } catch (error) {
        this.#failures.set(name, error);
      }
    }
  }

  async finish(): Promise<readonly CheckResult[]> {
    const results: CheckResult[] = [];
    for (const [name, checker] of this.#checkers) results.push(await this.#resultOf(name, checker));
    return results;
  }

  async #resultOf(name: string, checker: Checker): Promise<CheckResult> {
    if (this.#failures.has(name)) return crashed(name, this.#failures.get(name));
    try {
      return await checker.finish();
    } catch (error) {
      return crashed(name, error);
    }
  }
}

function crashed(checker: string, error: unknown): CheckResult {
  const text = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return {
    checker,
    verdict: 'unknown',
    summary: `the checker crashed: ${text}`,
    details: { error: text, stack },
  };
}
