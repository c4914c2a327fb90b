/**
 * Operations one by one: what a generator would draw, as a plan writes it, a line each.
 *
 *     - { at: 120ms, client: 3, f: put, key: k1, value: "7" }
 *
 * A client that is still busy then invokes it as soon as it is free; so each client's keep their order.
 */
import { z } from 'zod';
import type { Json } from '../../systems/contract.ts';
import { MAX_CLIENTS, count, duration, fields, text } from './fields.ts';

/** The names that keyed workloads give their objects. */
const KEY = /^k[1-9]\d{0,5}$/;

const argument: z.ZodType<Json, Json> = z.json({
  error: 'a text, a number, true or false, null, or a list or mapping of these',
});

export const operationSchema = fields({
  at: duration().describe('When it is invoked, from the start of the load.'),
  client: count(0, MAX_CLIENTS - 1).describe('Who invokes it; the first is 0.'),
  f: text('the name of a function').describe('One of the workload.'),
  key: z
    .string({ error: 'a key such as k1' })
    .regex(KEY, { error: 'a key such as k1' })
    .optional()
    .describe('The object it acts on, such as k1; needed where the workload has several.'),
  value: argument.optional().describe('Its argument; of a cas [expected, new].'),
});
export type PlanOperation = z.output<typeof operationSchema>;
