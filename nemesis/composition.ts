/** What faults of several lanes come to where they do the same kind of thing to the same link, clock or disk. */
import type { DiskTrouble, Shape, Skew } from './host.ts';

/** However slow, a clock goes on. */
const SLOWEST = 0.01;

/** Delays add up; chances of one message are independent events. */
export function combineShapes(shapes: readonly Shape[]): Shape {
  const combined: { -readonly [Name in keyof Shape]: Shape[Name] } = {
    delay: shapes.reduce((sum, { delay }) => sum + delay, 0),
    jitter: shapes.reduce((sum, { jitter }) => sum + jitter, 0),
  };
  for (const name of ['loss', 'duplicate', 'reorder'] as const) {
    const chances = shapes.map((shape) => shape[name] ?? 0).filter((chance) => chance > 0);
    // One alone stays the number that it is.
    if (chances.length === 1) combined[name] = chances[0]!;
    else if (chances.length > 1)
      combined[name] = 1 - chances.reduce((spared, chance) => spared * (1 - chance), 1);
  }
  return combined;
}

/** A skew, and when (ms) its offset was what it says: since then it has grown by its rate. */
export interface SkewSince extends Skew {
  readonly since: number;
}

/** ms ahead of the true time at `now`. */
export function errorAt({ offset, rate, since }: SkewSince, now: number): number {
  return offset + (rate - 1) * (now - since);
}

/** Errors add up, and so does what they gain: what one lane ends takes nothing from what another has gained. */
export function combineSkews(skews: readonly SkewSince[], now: number): SkewSince {
  return {
    offset: skews.reduce((sum, skew) => sum + errorAt(skew, now), 0),
    rate: Math.max(SLOWEST, 1 + skews.reduce((sum, { rate }) => sum + (rate - 1), 0)),
    since: now,
  };
}

/** The worst of them; of slow ones all delays together. */
export function combineTroubles(troubles: readonly DiskTrouble[]): DiskTrouble {
  const worst = troubles.find(({ kind }) => kind === 'fail') ?? troubles.find(({ kind }) => kind === 'full');
  if (worst !== undefined) return worst;
  const delay = troubles.reduce((sum, trouble) => sum + (trouble.kind === 'slow' ? trouble.delay : 0), 0);
  return { kind: 'slow', delay };
}
