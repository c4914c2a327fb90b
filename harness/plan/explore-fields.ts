/** A plan's section `explore`: what an exploration may draw anew for each seed. */
import { z } from 'zod';
import type { FaultName } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/faults.ts';
import {
  MAX_CLIENTS,
  MAX_KEYS,
  MAX_LANES,
  MAX_NODES,
  MAX_WEIGHT,
  count,
  duration,
  fields,
  optionValue,
  rate,
  text,
} from './fields.ts';
import { bounds, usualProbability } from './sim-fields.ts';

const FAULT_NAMES = Object.values(faults).map(({ name }) => name) as [FaultName, ...FaultName[]];

/** One value, a list to draw from, or a range that is drawn from by orders of magnitude. */
function choice<T extends z.ZodType>(one: T, what: string, described: string) {
  return z
    .union([
      one,
      z.array(one).min(1, { error: `at least one ${what}` }),
      fields({ min: one, max: one }).describe('Small values are as likely as large ones.'),
    ])
    .describe(`${described} One value, a list to draw from, or { min, max }.`);
}

export const exploreSchema = fields({
  nodes: choice(count(1, MAX_NODES), 'number of nodes', 'How many nodes.').optional(),
  options: z
    .record(z.string(), choice(optionValue, 'value', 'An option of the system.'), {
      error: 'a mapping of options to what they are drawn from',
    })
    .optional()
    .describe("The system's settings; those that are not named are as in the plan."),
  clients: choice(count(1, MAX_CLIENTS), 'number of clients', 'How many clients.').optional(),
  rate: choice(rate, 'rate', 'Operations a second, all clients together.').optional(),
  keys: choice(count(1, MAX_KEYS), 'number of keys', 'How many keys.').optional(),
  ops: z
    .record(z.string(), choice(count(0, MAX_WEIGHT), 'weight', 'Weight of a function.'), {
      error: 'a mapping of functions to what their weights are drawn from',
    })
    .optional()
    .describe('Weights of functions; every function of the workload by default.'),
  opTimeout: choice(duration({ positive: true }), 'duration', 'How long a client waits.').optional(),
  time: choice(
    duration({ positive: true }),
    'duration',
    "How long a run is; the plan's time by default.",
  ).optional(),
  sim: fields({
    latency: bounds().optional().describe('The least and the greatest that a message may take in any seed.'),
    fsync: bounds().optional().describe('The least and the greatest that an fsync may take in any seed.'),
    loss: choice(usualProbability, 'probability', 'The share of messages that are lost.').optional(),
    duplicate: choice(usualProbability, 'probability', 'The share of messages that arrive twice.').optional(),
    reorder: choice(
      usualProbability,
      'probability',
      'The share of messages that later ones overtake.',
    ).optional(),
  })
    .optional()
    .describe('Network and disks when nothing is wrong with them.'),
  faults: z
    .union([z.literal('all'), z.array(z.enum(FAULT_NAMES)).min(1, { error: 'at least one fault' })], {
      error: 'all, or a list of faults',
    })
    .optional()
    .describe(
      "The faults to draw from, instead of the plan's nemesis; by default that is kept, and where it is empty all are drawn from.",
    ),
  lanes: choice(count(0, MAX_LANES), 'number of faults', 'How many faults go on side by side.').optional(),
  triggers: z
    .array(text('the name of a mark'), { error: 'a list of marks' })
    .optional()
    .describe('Marks that a drawn fault may wait for, instead of going by the clock; none by default.'),
  finds: z
    .array(text('the name of a bug'), { error: 'a list of bugs' })
    .optional()
    .describe('Seeded bugs that this plan is made to find; it does not switch them on.'),
}).describe('What `faultline explore` draws anew for each seed; good defaults for what is left out.');
