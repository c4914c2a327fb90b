/**
 * Did the system serve again once everything was healed? Looks at the final reads: the reads that the
 * runner invokes, each until it is answered, after its `final-reads` mark.
 *
 * A read that is never answered leaves open what the system ended with (an acknowledged write may be
 * gone and nobody saw), so the run proves less than it promised: `unknown`. In virtual time it proves
 * more: nothing is broken any more and no machine can be slow, so the system is stuck, which breaks its
 * promise as a wrong answer does: `invalid`. The runner says so (`stuck`), after what every node says of
 * itself (`node.status`).
 *
 * `details`: `RecoveryDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import type { Checker, CheckResult } from './types.ts';

export type RecoveryDetails = {
  readonly finalReads: number;
  /** Keys whose final read was never answered. */
  readonly unanswered: readonly string[];
  /** From the last heal to the last answer. */
  readonly seconds: number | null;
  /** Where the system is stuck: ms it had, and each node with what it says of itself. */
  readonly stuck: { readonly within: Json; readonly nodes: { readonly [node: string]: Json } } | null;
};

export class Recovery implements Checker {
  #since: number | undefined;
  #lastOk: number | undefined;
  /** Final reads by key: answered yet? */
  /** By function and key: whether it was answered. */
  readonly #reads = new Map<string, { readonly key: string; answered: boolean }>();
  readonly #nodes: { [node: string]: Json } = {};
  #stuck: Op | undefined;

  push(op: Op): void {
    if (op.process === 'host' && op.f === 'node.status') this.#nodes[op.node ?? ''] = op.value ?? null;
    if (op.process === 'runner' && op.f === 'stuck') this.#stuck = op;
    if (op.process === 'runner' && op.f === 'final-reads') this.#since = op.time;
    if (this.#since === undefined || typeof op.process !== 'number') return;
    const key = op.key ?? '';
    const name = `${op.f} ${key}`;
    const read = this.#reads.get(name) ?? { key, answered: false };
    if (op.type === 'invoke') this.#reads.set(name, read);
    if (op.type !== 'ok' || !this.#reads.has(name)) return;
    read.answered = true;
    this.#lastOk = op.time;
  }

  finish(): CheckResult {
    const unanswered = [...this.#reads.values()].filter(({ answered }) => !answered).map(({ key }) => key);
    const seconds =
      this.#since === undefined || this.#lastOk === undefined ? null : (this.#lastOk - this.#since) / 1e9;
    const within = fieldOf(this.#stuck?.value, 'within');
    const details: RecoveryDetails = {
      finalReads: this.#reads.size,
      unanswered,
      seconds,
      stuck: this.#stuck === undefined ? null : { within, nodes: this.#nodes },
    };
    const result = (verdict: CheckResult['verdict'], summary: string): CheckResult => ({
      checker: 'recovery',
      verdict,
      summary,
      details,
    });
    if (this.#since === undefined) return result('unknown', 'the run ended before its final reads');
    if (this.#reads.size === 0) return result('unknown', 'there were no final reads');
    if (this.#stuck !== undefined) {
      return result(
        'invalid',
        `stuck: ${unanswered.length} of ${this.#reads.size} final reads were not answered within ${Number(within) / 1000} s of virtual time, with nothing broken any more`,
      );
    }
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

function fieldOf(value: Json | undefined, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return (value as { readonly [name: string]: Json })[name] ?? null;
}
