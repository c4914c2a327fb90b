/** A run's schedule as it happened: what `schedule.json` holds, and what a replay executes again. */
import { z } from 'zod';
import { effectSchema } from './fault.ts';
import { HAND } from './hand.ts';
import { errorText } from './holds.ts';

/** One fault: its lane (`hand`: a person's), when it was on (ms since the start of the run), and exactly what was done. */
const recordedFaultSchema = z
  .strictObject({
    lane: z.union([z.int().nonnegative(), z.literal(HAND)]),
    at: z.number().nonnegative(),
    until: z.number().nonnegative(),
    effect: effectSchema,
  })
  .readonly();
export type RecordedFault = z.infer<typeof recordedFaultSchema>;
export type LaneName = RecordedFault['lane'];

/** A fault at a given time, as a plan lists them. */
export type ScheduledFault = Omit<RecordedFault, 'lane'>;

/** Each in a lane of its own, so that they overlap as their times say. */
export function inLanes(schedule: readonly ScheduledFault[]): readonly RecordedFault[] {
  return schedule.map((fault, lane) => ({ lane, ...fault }));
}

const scheduleSchema = z.array(recordedFaultSchema).readonly();

/** Reads the text of a `schedule.json`; `problem` says in one line where and why it is none. */
export function parseSchedule(
  text: string,
): { readonly schedule: readonly RecordedFault[] } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `no JSON: ${errorText(error)}` };
  }
  const parsed = scheduleSchema.safeParse(json);
  if (parsed.success) return { schedule: parsed.data };
  const { path, message } = parsed.error.issues[0]!;
  return { problem: `${path.length > 0 ? `at ${path.join('.')}: ` : ''}${message}` };
}
