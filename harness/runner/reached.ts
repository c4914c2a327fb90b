/**
 * Marks that a plan requires, as the history has them: one `reached` by the host, the first time that any
 * node reaches it. The history is all that the judging half knows of a run.
 */
import type { NodeId } from '../../systems/contract.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Host } from '../hosts/host.ts';

export function recordReached(history: Recorder, mark: string, node: NodeId): void {
  history.record({ process: 'host', type: 'info', f: 'reached', node, value: mark });
}

/** For a host on which nothing happens before the experiment begins. */
export function watchRequired(
  marks: readonly string[],
  host: Pick<Host, 'reached'>,
  history: Recorder,
  signal: AbortSignal,
): void {
  for (const mark of marks) {
    void host.reached(mark, signal).then((node) => {
      if (node !== undefined) recordReached(history, mark, node);
    });
  }
}
