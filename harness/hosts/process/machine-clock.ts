/**
 * Milliseconds on the machine's monotonic clock: the same in every process, and it goes on over restarts.
 * Read from the clock itself each time: an offset to `performance.now()`, taken once, would be off by
 * whatever came between its two readings, in each process otherwise.
 */
export function machineTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
