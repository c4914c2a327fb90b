/**
 * A history that a test holds in its hands, as ops. Index and time may be left out where only the order
 * matters: then the order of the array is the order of the ops.
 */
import { z } from 'zod';
import type { Op } from '../history/op.ts';
import type { Entry } from '../history/recorder.ts';

/** `harness/history/op.ts` says what each member means. */
export interface GivenOp extends Entry {
  readonly index?: number | undefined;
  /** Nanoseconds since some start. */
  readonly time?: number | undefined;
}

/** What was given is no history; the message says where and what was expected. */
export class HistoryMistake extends TypeError {
  override readonly name = 'HistoryMistake';
}

const opSchema = z.object({
  process: z.union([z.int(), z.string()], { error: 'expected a number, or a name for a nemesis' }),
  type: z.enum(['invoke', 'ok', 'fail', 'info'], { error: 'expected invoke, ok, fail or info' }),
  f: z.string({ error: 'expected the name of a function' }),
  key: z.string({ error: 'expected a text' }).optional(),
  value: z.json().optional(),
  node: z.string({ error: 'expected a text' }).optional(),
  error: z.string({ error: 'expected a text' }).optional(),
  index: z.int({ error: 'expected a whole number' }).min(0).optional(),
  time: z.number({ error: 'expected nanoseconds' }).optional(),
});

/** Throws `HistoryMistake`. */
export function opsOf(given: readonly GivenOp[]): readonly Op[] {
  let last = { index: -1, time: -Infinity };
  return given.map((one, at): Op => {
    const read = opSchema.safeParse(one);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new HistoryMistake(`op ${at}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
    }
    const { index = at, time = at, process, type, f, ...rest } = read.data;
    if (index <= last.index) throw new HistoryMistake(`op ${at}: index: expected more than ${last.index}`);
    if (time < last.time) throw new HistoryMistake(`op ${at}: time: expected ${last.time} or later`);
    last = { index, time };
    const { key, value, node, error } = rest;
    return {
      ...{ index, time, process, type, f },
      ...(key !== undefined && { key }),
      ...(value !== undefined && { value }),
      ...(node !== undefined && { node }),
      ...(error !== undefined && { error }),
    };
  });
}
