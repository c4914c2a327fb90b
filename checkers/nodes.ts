/**
 * Did every node live until it was told to end? A node that ended by itself (a crash of its own, a halt
 * because of its data) is not by itself a broken promise of consistency, but a run with fewer nodes than
 * the plan says proves less than it says: `unknown`.
 */
import type { Op } from '../harness/history/op.ts';
import type { Checker, CheckResult } from './types.ts';

export class Nodes implements Checker {
  readonly #ended: {
    readonly node: string;
    readonly how: string;
    readonly time: number;
    readonly reason: string;
  }[] = [];

  push(op: Op): void {
    if (op.process !== 'host' || (op.f !== 'node.halted' && op.f !== 'node.exited')) return;
    this.#ended.push({
      node: op.node ?? '',
      how: op.f.slice('node.'.length),
      time: op.time,
      reason: op.error ?? '',
    });
  }

  finish(): CheckResult {
    const first = this.#ended[0];
    const details = { ended: this.#ended };
    if (first === undefined)
      return { checker: 'nodes', verdict: 'valid', summary: 'no node ended by itself', details };
    const more = this.#ended.length > 1 ? `, and ${this.#ended.length - 1} more` : '';
    const reason = first.reason.split('\n')[0]!;
    return {
      checker: 'nodes',
      verdict: 'unknown',
      summary: `${first.node} ${first.how} by itself at ${(first.time / 1e9).toFixed(1)} s: ${reason}${more}`,
      details,
    };
  }
}
