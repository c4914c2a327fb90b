/** Sizes of processes as Linux counts them; undefined where there is no `/proc`. */
import { readFileSync, writeFileSync } from 'node:fs';

type Field = 'VmRSS' | 'VmHWM';

/** Bytes in memory now (`VmRSS`) or at most so far (`VmHWM`). */
export function memoryOf(pid: number | 'self', field: Field): number | undefined {
  try {
    const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return kilobytes ? Number(kilobytes[1]) * 1024 : undefined;
  } catch {
    return undefined; // it ended, or this is no Linux
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
