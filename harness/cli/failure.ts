/** Why the harness itself failed, with what to do next; and the stack where it is a bug of ours. */
import { Unprepared } from '../hosts/prepare.ts';
import { HistoryWriteError } from '../history/writer.ts';

export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return `faultline: the run failed: ${String(error)}`;
  if (error instanceof Unprepared) return `faultline: ${error.message}`;
  const system = systemError(error);
  if (system?.code === 'ENOSPC' || system?.code === 'EDQUOT') {
    return `faultline: no space left for results: ${error.message}\n  Every node was stopped. Free some space, or choose another place with --out DIR; what was recorded so far stays.`;
  }
  if (
    system?.code === 'EACCES' ||
    system?.code === 'EROFS' ||
    system?.code === 'EPERM' ||
    system?.code === 'ENOTDIR'
  ) {
    return `faultline: cannot write results: ${error.message}\n  Choose another place with --out DIR.`;
  }
  if (error instanceof HistoryWriteError)
    return `faultline: ${error.message}\n  Every node was stopped; what was recorded so far stays.`;
  return `faultline: the run failed: ${error.stack ?? error.message}`;
}

function systemError(error: unknown): NodeJS.ErrnoException | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at as NodeJS.ErrnoException;
  }
  return undefined;
}
