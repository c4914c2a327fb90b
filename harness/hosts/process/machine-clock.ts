/** Milliseconds on the machine's monotonic clock: the same in every process, and it goes on over restarts. */
const start = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function machineTime(): number {
  return start + performance.now();
}
