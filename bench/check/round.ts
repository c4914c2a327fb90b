/**
 * What a program that is measured tells of itself, line by line: ours (`ours.ts`) and the yardstick
 * (`bench/porcupine`) say the same, so that both are read, limited and compared alike.
 */
import { z } from 'zod';

const loaded = z.object({ event: z.literal('loaded'), operations: z.number(), ms: z.number() });

const checked = z.object({
  event: z.literal('checked'),
  /** `cold`: the first in a fresh process. `warm-up`: not to be counted. */
  phase: z.enum(['cold', 'warm-up', 'warm', 'explained']),
  verdict: z.enum(['valid', 'invalid', 'unknown']),
  /** By the clock; and of all threads, which a busy machine changes less. */
  ms: z.number(),
  cpuMs: z.number(),
  /** Size of the process before the check, the history in it but no garbage, and at most during it. */
  baseBytes: z.number(),
  peakBytes: z.number(),
  /** What decided its parts, where the program says so. */
  algorithms: z.array(z.string()).optional(),
  /** Operations of the counterexample. */
  counterexample: z.number().optional(),
  /** In use when the verdict is there, where that is not the history: by an online check. */
  heldBytes: z.number().optional(),
  /** Why it is unknown. */
  reason: z.string().optional(),
});

const unavailable = z.object({ event: z.literal('unavailable'), needs: z.string() });

export const line = z.discriminatedUnion('event', [loaded, checked, unavailable]);

export type Loaded = z.infer<typeof loaded>;
export type Round = z.infer<typeof checked>;
export type Line = z.infer<typeof line>;
