/**
 * When nobody invoked anything because a person had paused the workload: the runner records
 * `workload.paused` and `workload.resumed`. That a fault met no operation then says nothing of the system,
 * and a rate is one of the time in which there was a workload.
 */
import type { Op } from '../harness/history/op.ts';

export class WorkloadPauses {
  readonly #pauses: { readonly from: number; until: number }[] = [];

  /** Takes the ops of a history in order. */
  push(op: Op): void {
    if (op.process !== 'runner') return;
    const last = this.#pauses.at(-1);
    const isOpen = last?.until === Infinity;
    if (op.f === 'workload.paused' && !isOpen) this.#pauses.push({ from: op.time, until: Infinity });
    // The final reads are operations too, whoever paused what came before them.
    else if (isOpen && (op.f === 'workload.resumed' || op.f === 'final-reads')) last.until = op.time;
  }

  /** How much of the time between these two it was paused; all in ns. */
  within(from: number, until: number): number {
    return this.#pauses.reduce(
      (sum, pause) => sum + Math.max(0, Math.min(pause.until, until) - Math.max(pause.from, from)),
      0,
    );
  }
}
