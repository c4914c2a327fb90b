/**
 * Did the system serve again once everything was healed? Looks at the final reads: the reads that the
 * runner invokes, each until it is answered, after its `final-reads` mark.
 *
 * A read that is never answered leaves open what the system ended with (an acknowledged write may be
 * gone and nobody saw), so the run proves less than it promised: `unknown`.
 */
import type { Op } from '../harness/history/op.ts';
import type { Checker, CheckResult } from './types.ts';

export class Recovery implements Checker {
  #since: number | undefined;
  #lastOk: number | undefined;
  /** Final reads by key: answered yet? */
  readonly #reads = new Map<string, boolean>();

  push(op: Op): void {
    if (op.process === 'runner' && op.f === 'final-reads') this.#since = op.time;
    if (this.#since === undefined || typeof op.process !== 'number') return;
    const key = op.key ?? '';
    if (op.type === 'invoke') this.#reads.set(key, this.#reads.get(key) ?? false);
    if (op.type !== 'ok' || !this.#reads.has(key)) return;
    this.#reads.set(key, true);
    this.#lastOk = op.time;
  }

  finish(): CheckResult {
    const unanswered = [...this.#reads].filter(([, answered]) => !answered).map(([key]) => key);
    const seconds =
      this.#since === undefined || this.#lastOk === undefined ? null : (this.#lastOk - this.#since) / 1e9;
    const details = { finalReads: this.#reads.size, unanswered, seconds };
    const result = (verdict: CheckResult['verdict'], summary: string): CheckResult => ({
      checker: 'recovery',
      verdict,
      summary,
      details,
    });
    if (this.#since === undefined) return result('unknown', 'the run ended before its final reads');
    if (this.#reads.size === 0) return result('unknown', 'there were no final reads');
    if (unanswered.length > 0) {
      return result(
        'unknown',
        `${unanswered.length} of ${this.#reads.size} final reads were never answered after everything was healed`,
      );
    }
    return result(
      'valid',
      `all ${this.#reads.size} final reads answered within ${seconds!.toFixed(2)} s of the last heal`,
    );
  }
}
