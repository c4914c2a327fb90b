/**
 * Faults at exact times: what `schedule.json` records, as a plan writes it, a line each. Nothing is drawn
 * from them: when, how long, which nodes and links, all is said.
 *
 *     - { at: 1200ms, for: 300ms, fault: partition, links: [n1-n2, n1-n3], mode: stall }
 *     - { at: 2s, for: 1s, fault: pause, nodes: [n3] }
 */
import { z } from 'zod';
import { skewText } from '../../nemesis/clock-fault.ts';
import { describeCut } from '../../nemesis/cut.ts';
import { SLOW_DISK } from '../../nemesis/disk.ts';
import { MODES, TROUBLES, type FaultName } from '../../nemesis/entry.ts';
import type { Effect } from '../../nemesis/fault.ts';
import { faults } from '../../nemesis/faults.ts';
import type { Link } from '../../nemesis/host.ts';
import type { ScheduledFault } from '../../nemesis/index.ts';
import { probabilitiesText } from '../../nemesis/packet.ts';
import { MAX_OFFSET, NODE_ID, duration, fields, offset, share } from './fields.ts';
import { linksField, pairedLinks } from './links.ts';
import { formatDuration, nanoseconds } from './units.ts';

const nodes = z
  .array(z.string().regex(NODE_ID, { error: 'a node such as n1' }), { error: 'a list of nodes' })
  .min(1, { error: 'at least one node' })
  .describe('Which nodes.');

function when<Name extends FaultName>(fault: Name, positive = true) {
  return {
    at: duration().describe('When it starts.'),
    for: duration({ positive }).describe('How long it lasts.'),
    fault: z.literal(fault).describe(faults[fault].about),
  };
}

const chance = share({ min: 0, max: 1, such: 'a share such as 5%' }).prefault('0%');
const SPEED = 'a number above 0: ms of the clock for each true one';
const PLACE = 'a number from 0 up to, and not, 1';

export const scheduledSchema = z.discriminatedUnion(
  'fault',
  [
    fields({
      ...when('partition'),
      links: linksField.describe('Those that are cut: n1>n2 one way, n1-n2 both ways.'),
      mode: z
        .enum(MODES)
        .prefault(faults.partition.defaults.mode)
        .describe('stall: bytes wait for the heal; reset: connections are reset; discard: messages vanish.'),
    }),
    fields({ ...when('pause'), nodes }),
    fields({ ...when('crash', false), nodes }),
    fields({
      ...when('delay'),
      links: linksField.describe('Those that are slowed: n1>n2 one way, n1-n2 both ways.'),
      delay: duration().describe('Added to every message.'),
      jitter: duration().prefault('0s').describe('Up to this much more, drawn for each message.'),
    }),
    fields({
      ...when('packet'),
      links: linksField.describe('n1>n2 one way, n1-n2 both ways.'),
      loss: chance.describe('How probably a message is lost.'),
      duplicate: chance.describe('How probably it arrives twice.'),
      reorder: chance.describe('How probably later ones overtake it.'),
    }),
    fields({
      ...when('clock'),
      skews: z
        .record(
          z.string().regex(NODE_ID),
          fields({
            offset: offset(MAX_OFFSET).prefault('0s').describe('How far ahead; below 0 behind.'),
            rate: z.number({ error: SPEED }).gt(0, { error: SPEED }).prefault(1).describe('1 is true.'),
          }),
          { error: 'a mapping of nodes to skews such as { n1: { offset: -2s } }' },
        )
        .describe('Whose clocks, and how wrong each is.'),
      period: duration().prefault('0s').describe('From one jump to and fro to the next; 0: none.'),
    }),
    fields({
      ...when('disk'),
      nodes,
      trouble: z.enum(TROUBLES).describe(faults.disk.about),
      delay: duration({ positive: true })
        .optional()
        .describe(`How much longer a sync takes on a slow disk; ${formatDuration(SLOW_DISK)} by default.`),
    }),
    fields({
      ...when('flip', false),
      nodes,
      where: z
        .number({ error: PLACE })
        .min(0, { error: PLACE })
        .lt(1, { error: PLACE })
        .describe('Which bit of all that a node has stored.'),
    }),
  ],
  { error: 'a mapping such as { at: 1s, for: 300ms, fault: pause, nodes: [n1] }' },
);
export type WrittenFault = z.output<typeof scheduledSchema>;

type Without<T, Field extends string> = T extends unknown ? Omit<T, Field> : never;
/** An effect as far as a plan says it; how it is told of follows from that. */
type Said = Without<Effect, 'about' | 'isolated'>;

/** A fault that was recorded, as one of a plan: to the nanosecond, its links in the order of writing. */
export function scheduledFault({ at, until, effect }: ScheduledFault): ScheduledFault {
  const start = nanoseconds(at);
  return { at: start, until: nanoseconds(Math.max(start, until)), effect: told(effect) };
}

export function faultOf({ at, for: lasts, ...effect }: WrittenFault): ScheduledFault {
  return scheduledFault({ at, until: at + lasts, effect: told(effectOf(effect)) });
}

/** Two families are written shorter than they are recorded. */
function effectOf(written: Without<WrittenFault, 'at' | 'for'>): Said {
  switch (written.fault) {
    case 'clock':
      return { ...written, nodes: Object.keys(written.skews) };
    case 'disk': {
      const { fault, nodes, trouble, delay = SLOW_DISK } = written;
      return { fault, nodes, trouble: trouble === 'slow' ? { kind: trouble, delay } : { kind: trouble } };
    }
    default:
      return written;
  }
}

export function writtenFault({ at, until, effect }: ScheduledFault): WrittenFault {
  const when = { at, for: nanoseconds(until - at) };
  switch (effect.fault) {
    case 'partition':
      return { ...when, fault: effect.fault, links: effect.links, mode: effect.mode };
    case 'pause':
    case 'crash':
      return { ...when, fault: effect.fault, nodes: [...effect.nodes] };
    case 'delay': {
      const { fault, links, delay, jitter } = effect;
      return { ...when, fault, links, delay, jitter };
    }
    case 'packet': {
      const { fault, links, loss, duplicate, reorder } = effect;
      return { ...when, fault, links, loss, duplicate, reorder };
    }
    case 'clock':
      return { ...when, fault: effect.fault, skews: { ...effect.skews }, period: effect.period };
    case 'disk': {
      const { fault, nodes, trouble } = effect;
      const delay = trouble.kind === 'slow' && { delay: trouble.delay };
      return { ...when, fault, nodes: [...nodes], trouble: trouble.kind, ...delay };
    }
    case 'flip':
      return { ...when, fault: effect.fault, nodes: [...effect.nodes], where: effect.where };
  }
}

function told(effect: Said): Effect {
  switch (effect.fault) {
    case 'partition': {
      const links = pairedLinks(effect.links).flat();
      return { fault: effect.fault, ...describeCut(links), links, mode: effect.mode };
    }
    case 'pause':
    case 'crash':
      return { fault: effect.fault, about: effect.nodes.join(' '), nodes: effect.nodes };
    case 'delay': {
      const { fault, delay, jitter } = effect;
      const links = pairedLinks(effect.links).flat();
      const slower = `+${formatDuration(delay)}${jitter > 0 ? ` to ${formatDuration(nanoseconds(delay + jitter))}` : ''}`;
      return { fault, about: `${many(links)} ${slower}`, links, delay, jitter };
    }
    case 'packet': {
      const { fault, loss, duplicate, reorder } = effect;
      const links = pairedLinks(effect.links).flat();
      const chances = { loss, duplicate, reorder };
      return { fault, about: `${many(links)}: ${probabilitiesText(chances)}`, links, ...chances };
    }
    case 'clock': {
      const { fault, nodes, period } = effect;
      const skews = Object.fromEntries(Object.entries(effect.skews).filter(([node]) => nodes.includes(node)));
      const wrong = Object.entries(skews).map(([node, skew]) => `${node} ${skewText(skew)}`);
      return { fault, about: `${period > 0 ? 'to and fro ' : ''}${wrong.join(' ')}`, nodes, skews, period };
    }
    case 'disk': {
      const { fault, nodes, trouble } = effect;
      const slower = trouble.kind === 'slow' ? ` +${formatDuration(trouble.delay)}` : '';
      return { fault, about: `${trouble.kind}${slower} ${nodes.join(' ')}`, nodes, trouble };
    }
    case 'flip':
      return { fault: effect.fault, about: effect.nodes.join(' '), nodes: effect.nodes, where: effect.where };
  }
}

function many(links: readonly Link[]): string {
  return `${links.length} link${links.length === 1 ? '' : 's'}`;
}
