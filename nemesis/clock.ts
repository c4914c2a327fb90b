/** The time a nemesis lives by: real, or a simulation's. */
export interface Clock {
  /** Milliseconds since the start of the run. */
  now(): number;
  /** Resolves at `ms` since the start of the run, at once when that has passed or when `signal` fires. Never rejects. */
  sleepUntil(ms: number, signal: AbortSignal): Promise<void>;
}
