/** From the fields of a fault, as they stand in a plan, to its entry with every default filled in; and back. */
import { CLOCK_DEFAULTS } from '../../nemesis/clock-fault.ts';
import { SLOW_DISK } from '../../nemesis/disk.ts';
import type { NemesisEntry } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/faults.ts';
import { fieldsOf, flat, spanOf, timingOf } from './meaning-timing.ts';
import type { WellFormedEntry } from './schema.ts';

export function fieldsToEntry(entry: WellFormedEntry): NemesisEntry {
  const timing = timingOf(entry);
  switch (entry.fault) {
    case 'partition': {
      const { fault, shape, direction, mode, target } = entry;
      return { fault, shape, direction, mode, ...(target !== undefined && { target }), timing };
    }
    case 'pause':
    case 'crash':
    case 'flip':
      return { fault: entry.fault, target: entry.target, timing };
    case 'delay':
      return { fault: entry.fault, links: entry.links, delay: entry.delay, jitter: entry.jitter, timing };
    case 'packet': {
      const { fault, links, loss, duplicate = 0, reorder = 0 } = entry;
      const nothing = duplicate === 0 && reorder === 0;
      return {
        fault,
        links,
        loss: loss ?? (nothing ? faults.packet.defaults.loss : 0),
        duplicate,
        reorder,
        timing,
      };
    }
    case 'clock':
      return clockEntry(entry);
    case 'disk': {
      const { fault, target, trouble, delay = SLOW_DISK } = entry;
      return trouble === 'slow'
        ? { fault, target, trouble, delay, timing }
        : { fault, target, trouble, timing };
    }
  }
}

function clockEntry(entry: Extract<WellFormedEntry, { fault: 'clock' }>): NemesisEntry {
  const { fault, target } = entry;
  const { offset, drift, period } = { ...CLOCK_DEFAULTS, ...entry };
  const common = { fault, target, timing: timingOf(entry) };
  switch (entry.mode) {
    case 'bump':
      return { ...common, mode: entry.mode, offset: spanOf(offset) };
    case 'drift':
      return { ...common, mode: entry.mode, drift: spanOf(drift) };
    case 'strobe':
      return { ...common, mode: entry.mode, offset: spanOf(offset), period };
  }
}

export function entryToFields({ timing, ...entry }: NemesisEntry): WellFormedEntry {
  const times = fieldsOf(timing);
  if (entry.fault !== 'clock') return { ...entry, ...times };
  const { fault, target, mode } = entry;
  const own =
    entry.mode === 'drift'
      ? { drift: flat(entry.drift) }
      : { offset: flat(entry.offset), ...(entry.mode === 'strobe' && { period: entry.period }) };
  return { fault, target, mode, ...own, ...times };
}
