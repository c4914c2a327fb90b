/** Processor time of a node's process, which is known by the folder of its data; Linux only. */
import { readdirSync, readFileSync } from 'node:fs';
import { processorTimeOf } from '../check/proc.ts';

/** Milliseconds since the process was started; undefined where that can't be told. */
export function processorTimeAt(directory: string): number | undefined {
  for (const pid of processes()) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${directory}"`)) return processorTimeOf(pid);
    } catch {
      // Gone in the meantime, or not ours to look at.
    }
  }
  return undefined;
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
