/** When an element of a set was seen and when not, and what that makes of it; words as in `set-full.ts`. */

/** An op of the history; time in nanoseconds. */
export type Moment = { readonly index: number; readonly time: number };

export interface Timeline {
  known: Moment | undefined;
  /** Index of the completion of the first read that has it. */
  firstSeen: number | undefined;
  /** Invocations of reads. */
  lastPresent: Moment | undefined;
  lastAbsent: Moment | undefined;
}

/** `latency` in milliseconds. */
export type Outcome =
  { readonly kind: 'stable' | 'stale' | 'lost'; readonly latency: number } | { readonly kind: 'never-read' };

const NS_PER_MS = 1e6;

export function timeline(): Timeline {
  return { known: undefined, firstSeen: undefined, lastPresent: undefined, lastAbsent: undefined };
}

export function outcomeOf({ known, lastPresent, lastAbsent }: Timeline): Outcome {
  if (!known) return { kind: 'never-read' };
  const missed = lastAbsent !== undefined && lastAbsent.index > known.index;
  if (lastPresent && lastPresent.index > (lastAbsent?.index ?? -1)) {
    return missed ? { kind: 'stale', latency: between(known, lastAbsent) } : { kind: 'stable', latency: 0 };
  }
  return missed ? { kind: 'lost', latency: between(known, lastPresent) } : { kind: 'never-read' };
}

function between(known: Moment, later: Moment | undefined): number {
  return later ? Math.max(0, later.time - known.time) / NS_PER_MS : 0;
}
