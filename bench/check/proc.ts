/** What Linux counts of a process, in `/proc`; undefined where there is none, or the process has ended. */
import { readFileSync, writeFileSync } from 'node:fs';

type Field = 'VmRSS' | 'VmHWM';

/** Bytes in memory now (`VmRSS`) or at most so far (`VmHWM`). */
export function memoryOf(pid: number | 'self', field: Field): number | undefined {
  try {
    const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return kilobytes ? Number(kilobytes[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Makes this process forget its peak. Where that fails the next peak is too high, never too low. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak of the whole life stays.
  }
}

/** Linux shows processor time to programs in hundredths of a second, on every machine. */
const TICK_MS = 10;

/** Milliseconds of all its threads so far. */
export function processorTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
