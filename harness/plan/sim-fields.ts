/** A plan's section `sim`: network and disks of a simulation, when nothing is wrong with them. */
import type { Span } from '../../nemesis/entry.ts';
import { QUIET } from '../hosts/sim/settings.ts';
import { duration, fields, share } from './fields.ts';
import { formatDuration, formatShare } from './units.ts';

/** Of what goes wrong at all times: a network that loses everything is none. */
export const usualProbability = share({ min: 0, max: 0.9, such: 'a probability such as 5% or 0.05' });

/** From the least to the greatest. */
export function bounds() {
  return fields({ min: duration(), max: duration() }).refine((span) => span.min <= span.max, {
    error: 'a min that is at most max',
    path: ['min'],
  });
}

const lengths = ({ min, max }: Span) =>
  bounds().prefault({ min: formatDuration(min), max: formatDuration(max) });
const usually = (chance: number) => usualProbability.prefault(formatShare(chance));

export const simSchema = fields({
  latency: lengths(QUIET.latency).describe('How long a message takes: mostly near the least.'),
  loss: usually(QUIET.loss).describe('The share of messages that are lost.'),
  duplicate: usually(QUIET.duplicate).describe('The share of messages that arrive twice.'),
  reorder: usually(QUIET.reorder).describe('The share of messages that later ones overtake.'),
  fsync: lengths(QUIET.fsync).describe('How long an fsync takes: mostly near the least.'),
})
  .prefault({})
  .describe('Network and disks on host sim when nothing is wrong with them; other hosts ignore it.');
