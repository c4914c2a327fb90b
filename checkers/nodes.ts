/**
 * Did every node live until it was told to end? A node that ended by itself (a crash of its own, a halt
 * because of its data) is not by itself a broken promise of consistency, but a run with fewer nodes than
 * the plan says proves less than it says: `unknown`.
 *
 * Some faults give a node every reason to halt, and name the nodes (`mayHalt`): while its disk fails, and
 * for good once its data is damaged. Such a halt is what the node should do, if the fault brought the node
 * back as it ended, or could not. That a node *exits* is never what it should do.
 */
import type { Op } from '../harness/history/op.ts';
import { FaultLog, type Fault } from './faults.ts';
import type { Checker, CheckResult } from './types.ts';

interface Ended {
  readonly node: string;
  readonly how: string;
  readonly time: number;
  readonly reason: string;
}

/** Faults that nothing undoes: what they made of a node stays. */
const FOR_GOOD = ['flip'];

export class Nodes implements Checker {
  readonly #faults = new FaultLog();
  readonly #ended: Ended[] = [];

  push(op: Op): void {
    this.#faults.push(op);
    if (op.process !== 'host' || (op.f !== 'node.halted' && op.f !== 'node.exited')) return;
    this.#ended.push({
      node: op.node ?? '',
      how: op.f.slice('node.'.length),
      time: op.time,
      reason: op.error ?? '',
    });
  }

  finish(): CheckResult {
    const ended = this.#ended.map((end) => ({ ...end, because: this.#reasonFor(end) }));
    const unasked = ended.filter(({ because }) => because === null);
    const details = { ended };
    const [first] = unasked;
    if (first === undefined) {
      return {
        checker: 'nodes',
        verdict: 'valid',
        summary: `no node ended by itself${asTheyMay(ended)}`,
        details,
      };
    }
    const more = unasked.length > 1 ? `, and ${unasked.length - 1} more` : '';
    const reason = first.reason.split('\n')[0]!;
    // An exception's stack is in there, on every host.
    const where = first.how === 'exited' ? `; see nodes/${first.node}/node.log` : '';
    return {
      checker: 'nodes',
      verdict: 'unknown',
      summary: `${first.node} ${first.how} by itself at ${(first.time / 1e9).toFixed(1)} s: ${reason}${where}${more}`,
      details,
    };
  }

  /** The fault that gave it every reason; null when none did. */
  #reasonFor(end: Ended): string | null {
    if (end.how !== 'halted') return null;
    return this.#faults.faults.find((fault) => excuses(fault, end))?.name ?? null;
  }
}

function excuses({ name, mayHalt, from, until, outcome, undone }: Fault, { node, time }: Ended): boolean {
  if (!mayHalt.includes(node) || time < from) return false;
  if (FOR_GOOD.includes(name)) return true;
  return outcome === 'on' || (undone && until !== undefined && time <= until);
}

function asTheyMay(ended: readonly { readonly node: string; readonly because: string | null }[]): string {
  if (ended.length === 0) return '';
  const told = new Set(ended.map(({ node, because }) => `${node} (${because})`));
  return ` but ${ended.length} that halted for a fault, as they should: ${[...told].join(', ')}`;
}
