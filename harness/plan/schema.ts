/**
 * The shape of a plan: its fields, their kinds, units, ranges and defaults. What depends on which
 * systems and workloads there are is checked elsewhere (`meaning.ts`).
 */
import { z } from 'zod';
import { CLOCK_DEFAULTS } from '../../nemesis/clock-fault.ts';
import {
  CLOCK_MODES,
  DIRECTIONS,
  LINK_SETS,
  MODES,
  NAMED_TARGETS,
  SHAPES,
  TROUBLES,
  type FaultName,
  type NamedTarget,
  type Target,
} from '../../nemesis/entry.ts';
import { SLOW_DISK } from '../../nemesis/disk.ts';
import { faults } from '../../nemesis/faults.ts';
import { exploreSchema } from './explore-fields.ts';
import {
  MAX_CLIENTS,
  MAX_KEYS,
  MAX_LANES,
  MAX_NODES,
  MAX_OFFSET,
  MAX_WEIGHT,
  NODE_ID,
  ROLE,
  count,
  duration,
  fields,
  offset,
  optionValue,
  rate,
  share,
  text,
} from './fields.ts';
import { operationSchema } from './operation-fields.ts';
import { CHECKS, HOSTS, type SeedName } from './plan.ts';
import { scheduledSchema } from './schedule-fields.ts';
import { simSchema } from './sim-fields.ts';
import { formatDuration, formatShare, type DurationLimits } from './units.ts';

const MAX_OPS = 1_000_000_000;
const MAX_SEED = 2 ** 32 - 1;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const PLAN_NAME = 'a name of letters, digits, ".", "_" and "-" that can be a folder';
/** Taken in the folder that runs land in. */
const TAKEN = ['latest', 'README.md'];

/** Those that other checks need while a plan is not resolved yet. */
export const DEFAULTS = { host: 'process', time: '30s', clients: 10, rate: 500 } as const;

/** Whether a name can be a plan's, and so a folder's. */
export function isPlanName(name: string): boolean {
  return NAME.test(name) && !TAKEN.includes(name);
}

/** A fixed amount, or one drawn anew each time. */
function drawn<Amount extends ReturnType<typeof duration>>(amount: Amount) {
  return z.union([amount, fields({ min: amount, max: amount }).describe('Drawn uniformly, each time anew.')]);
}

const ownSeed = (what: string) => count(0, MAX_SEED).optional().describe(`For ${what}.`);

function span(limits: DurationLimits) {
  return drawn(duration(limits));
}

const perMessage = share({ min: 0, max: 1, such: 'a probability such as 5% or 0.05' });
/** A clock still goes on, and no more than twice as fast. */
const drift = share({ min: -0.5, max: 1, such: 'a drift such as 2% or -0.5%' });

const target = z.codec(
  z.unknown().meta({
    anyOf: [
      { type: 'string', enum: [...NAMED_TARGETS] },
      { type: 'string', pattern: NODE_ID.source },
      { type: 'string', pattern: ROLE.source },
    ],
  }),
  z.custom<Target>(),
  {
    decode: (input, { issues }): Target => {
      const named = NAMED_TARGETS.find((name): name is NamedTarget => name === input);
      if (named !== undefined) return named;
      if (typeof input === 'string' && NODE_ID.test(input)) return { node: input };
      // Whether the system has such a role, the second pass knows.
      if (typeof input === 'string' && ROLE.test(input)) return { role: input };
      issues.push({
        code: 'custom',
        input,
        message: 'a target',
        params: { words: [...NAMED_TARGETS, 'n1'] },
      });
      return z.NEVER;
    },
    encode: (value) => (typeof value === 'string' ? value : 'role' in value ? value.role : value.node),
  },
);

/** When a fault is on: by the clock (`every`, `for`, `after`), on a mark (`on`, `for`, `every`), or `always`. */
function timing(fault: FaultName, lasts: DurationLimits = { positive: true }) {
  const { every, for: length } = faults[fault].defaults;
  return {
    every: span({ positive: true })
      .optional()
      .describe(
        `From one start to the next, e.g. 5s or { min: 1s, max: 5s }; ${formatDuration(every)} by default. With \`on\`, the pause between two.`,
      ),
    for: span(lasts)
      .optional()
      .describe(
        `How long each lasts, e.g. 2s or { min: 1s, max: 2s }; ${formatDuration(length)} by default. Less than \`every\`.`,
      ),
    after: duration().optional().describe('When the first starts; one `every` into the run by default.'),
    always: z.boolean({ error: 'true or false' }).optional().describe('On during the whole run.'),
    on: text('the name of a mark')
      .optional()
      .describe('Starts when a node reaches this mark, not by the clock.'),
  };
}

const WHO =
  'Which nodes: a set drawn anew each time, one node such as n1, or one with a role that the system has. `trigger`: who reached the mark.';

function about<Name extends FaultName>(fault: Name) {
  return z.literal(fault).describe(faults[fault].about);
}

export const entrySchema = z.discriminatedUnion(
  'fault',
  [
    fields({
      fault: about('partition'),
      shape: z.enum(SHAPES).prefault(faults.partition.defaults.shape).describe('Which links are cut.'),
      direction: z
        .enum(DIRECTIONS)
        .prefault(faults.partition.defaults.direction)
        .describe('Which way, seen from the isolated side.'),
      mode: z
        .enum(MODES)
        .prefault(faults.partition.defaults.mode)
        .describe('stall: bytes wait for the heal; reset: connections are reset; discard: messages vanish.'),
      target: target
        .optional()
        .describe('Who is isolated, for the shapes `one` and `clients`; at random by default.'),
      ...timing('partition'),
    }),
    fields({
      fault: about('pause'),
      target: target.prefault(faults.pause.defaults.target).describe(WHO),
      ...timing('pause'),
    }),
    fields({
      fault: about('crash'),
      target: target.prefault(faults.crash.defaults.target).describe(WHO),
      ...timing('crash', {}),
    }),
    fields({
      fault: about('delay'),
      links: z.enum(LINK_SETS).prefault(faults.delay.defaults.links).describe('Which links.'),
      delay: duration()
        .prefault(formatDuration(faults.delay.defaults.delay))
        .describe('Added to every message.'),
      jitter: duration()
        .prefault(formatDuration(faults.delay.defaults.jitter))
        .describe('Up to this much more, drawn for each message.'),
      ...timing('delay'),
    }),
    fields({
      fault: about('packet'),
      links: z.enum(LINK_SETS).prefault(faults.packet.defaults.links).describe('Which links.'),
      loss: perMessage
        .optional()
        .describe(
          `How probably a message is lost, e.g. 5%; 0 by default, and ${formatShare(faults.packet.defaults.loss)} where nothing else is asked for.`,
        ),
      duplicate: perMessage
        .optional()
        .describe('How probably it arrives twice; a request of a client never does. 0 by default.'),
      reorder: perMessage
        .optional()
        .describe('How probably it is held back, so that later ones overtake it. 0 by default.'),
      ...timing('packet'),
    }),
    fields({
      fault: about('clock'),
      target: target.prefault(faults.clock.defaults.target).describe(WHO),
      mode: z
        .enum(CLOCK_MODES)
        .prefault(faults.clock.defaults.mode)
        .describe('bump: off by `offset`; drift: too fast or too slow; strobe: to and fro by `offset`.'),
      offset: drawn(offset(MAX_OFFSET))
        .optional()
        .describe(
          `How far ahead, e.g. 500ms, -2s or { min: -1s, max: 1s }, drawn for each node; ${formatDuration(CLOCK_DEFAULTS.offset.min)} by default.`,
        ),
      drift: drawn(drift)
        .optional()
        .describe(
          `How much faster, e.g. 2%, -0.5% or { min: -1%, max: 1% }, drawn for each node; ${formatShare(CLOCK_DEFAULTS.drift.min)} by default.`,
        ),
      period: duration({ positive: true })
        .optional()
        .describe(
          `From one jump of a strobe to the next; ${formatDuration(CLOCK_DEFAULTS.period)} by default.`,
        ),
      ...timing('clock'),
    }),
    fields({
      fault: about('disk'),
      target: target.prefault(faults.disk.defaults.target).describe(WHO),
      trouble: z
        .enum(TROUBLES)
        .prefault(faults.disk.defaults.trouble)
        .describe('slow: every sync takes longer; fail: none works; full: nothing can be added.'),
      delay: duration({ positive: true })
        .optional()
        .describe(`How much longer a sync takes on a slow disk; ${formatDuration(SLOW_DISK)} by default.`),
      ...timing('disk'),
    }),
    fields({
      fault: about('flip'),
      target: target
        .prefault(faults.flip.defaults.target)
        .describe(`${WHO} No more in a run than a minority.`),
      ...timing('flip', {}),
    }),
  ],
  { error: 'a mapping such as { fault: pause, target: one, every: 5s, for: 1s }' },
);

export const planSchema = fields({
  name: z
    .string({ error: PLAN_NAME })
    .regex(NAME, { error: PLAN_NAME })
    .refine(isPlanName, { error: PLAN_NAME })
    .optional()
    .describe('Also the folder that runs land in; the name of the file by default.'),
  system: fields({
    name: text('the name of a system').describe(
      "One of `faultline list systems`; or the path of a module of your own, such as ./system, from the plan's folder.",
    ),
    nodes: count(1, MAX_NODES).optional().describe("How many; the system's own default otherwise."),
    bugs: z
      .array(text('the name of a bug'), { error: 'a list of bugs' })
      .prefault([])
      .describe('Seeded bugs to switch on; `faultline list bugs`.'),
    options: z
      .record(z.string(), optionValue, { error: 'a mapping of options' })
      .prefault({})
      .describe("The system's own settings."),
  }).describe('What is tested.'),
  host: z.enum(HOSTS).prefault(DEFAULTS.host).describe('What the nodes run on.'),
  sim: simSchema,
  workload: fields({
    name: text('the name of a workload').describe('One of `faultline list workloads`.'),
    clients: count(1, MAX_CLIENTS)
      .optional()
      .describe('How many operations can be under way at once; 10, or as many as `operations` names.'),
    rate: rate
      .optional()
      .describe('All clients together, e.g. 500/s or 10/m; max = as fast as possible. 500/s by default.'),
    keys: count(1, MAX_KEYS).optional().describe("How many; the workload's own default otherwise."),
    ops: z
      .record(z.string(), count(0, MAX_WEIGHT), { error: 'a mapping of functions to weights' })
      .optional()
      .describe(
        "Weight of each function; the workload's own by default. What is not named is never invoked.",
      ),
    opTimeout: duration({ positive: true })
      .prefault('1s')
      .describe('How long a client waits for one operation.'),
    operations: z
      .array(operationSchema, { error: 'a list of operations' })
      .optional()
      .describe('These and no others, each at its time, instead of drawing them.'),
  }).describe('What clients do.'),
  nemesis: z
    .array(entrySchema, { error: 'a list of faults' })
    .max(MAX_LANES, { error: `at most ${MAX_LANES} faults` })
    .prefault([])
    .describe('Faults; they come at the same time, each by its own clock.'),
  schedule: z
    .array(scheduledSchema, { error: 'a list of faults with their times' })
    .optional()
    .describe('Faults at exact times, on exact nodes and links, instead of `nemesis`.'),
  time: duration({ positive: true })
    .prefault(DEFAULTS.time)
    .describe('How long clients are driven and faults come.'),
  seed: count(0, MAX_SEED)
    .optional()
    .describe('Fixes operations, faults, targets and times; drawn at random by default.'),
  seeds: fields({
    workload: ownSeed('operations and clients'),
    faults: ownSeed('faults, their targets and times'),
    network: ownSeed('latencies and losses on host sim'),
    disks: ownSeed('fsync times on host sim, and what a crash leaves'),
    nodes: ownSeed("the nodes' own randomness"),
  } satisfies { [name in SeedName]: unknown })
    .prefault({})
    .describe('A seed of its own for some of what `seed` fixes, so that the rest stays as it is.'),
  checks: z
    .array(z.enum(CHECKS), { error: 'a list of checks' })
    .min(1, { error: 'at least one check' })
    .optional()
    .describe('What the history must be; what the workload is made for by default.'),
  require: fields({
    okOps: count(1, MAX_OPS).prefault(1).describe('Operations that must have succeeded.'),
    faults: z
      .enum(['each', 'some'])
      .optional()
      .describe('Whether each entry of the nemesis must have been on, as by default, or one is enough.'),
    marks: z
      .array(text('the name of a mark'), { error: 'a list of marks' })
      .min(1, { error: 'at least one mark' })
      .optional()
      .describe('Marks that a node must have reached; `faultline list marks`.'),
  })
    .prefault({})
    .describe('What the run must have shown, else it proves nothing and is unknown.'),
  expect: z.enum(['valid', 'invalid']).prefault('valid').describe('The verdict that is no failure.'),
  onUnknown: z
    .enum(['fail', 'pass'])
    .optional()
    .describe('Whether a run that proves nothing either way is a failure, as by default, or passes.'),
  onViolation: z
    .enum(['stop', 'continue'])
    .prefault('stop')
    .describe('Whether the run ends or goes on once a violation is known.'),
  explore: exploreSchema.optional(),
}).describe('A plan of Faultline: a system, a workload, the faults, and what is expected.');

/** A plan whose fields are well-formed; the catalogue has not been asked yet. */
export type WellFormed = z.output<typeof planSchema>;
export type WellFormedEntry = z.output<typeof entrySchema>;
export type WellFormedExploration = z.output<typeof exploreSchema>;
