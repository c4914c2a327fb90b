/** The catalogue: every fault there is. */
import type { Json } from '../systems/contract.ts';
import { clock } from './clock-fault.ts';
import { crash } from './crash.ts';
import { delay } from './delay.ts';
import { disk } from './disk.ts';
import type { FaultName, NemesisEntry, Span } from './entry.ts';
import type { Active, Aimed, AimOptions, Effect, Fault, StartOptions } from './fault.ts';
import { flip } from './flip.ts';
import { targetText } from './node-fault.ts';
import { packet } from './packet.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';

export const faults: { readonly [N in FaultName]: Fault<N> } = {
  partition,
  pause,
  crash,
  delay,
  packet,
  clock,
  disk,
  flip,
};

export function aim(entry: NemesisEntry, options: AimOptions): Promise<Aimed<Effect>> {
  switch (entry.fault) {
    case 'partition':
      return partition.aim(entry, options);
    case 'pause':
      return pause.aim(entry, options);
    case 'crash':
      return crash.aim(entry, options);
    case 'delay':
      return delay.aim(entry, options);
    case 'packet':
      return packet.aim(entry, options);
    case 'clock':
      return clock.aim(entry, options);
    case 'disk':
      return disk.aim(entry, options);
    case 'flip':
      return flip.aim(entry, options);
  }
}

export function start(effect: Effect, options: StartOptions): Promise<Active> {
  switch (effect.fault) {
    case 'partition':
      return partition.start(effect, options);
    case 'pause':
      return pause.start(effect, options);
    case 'crash':
      return crash.start(effect, options);
    case 'delay':
      return delay.start(effect, options);
    case 'packet':
      return packet.start(effect, options);
    case 'clock':
      return clock.start(effect, options);
    case 'disk':
      return disk.start(effect, options);
    case 'flip':
      return flip.start(effect, options);
  }
}

/** An entry's parameters but its timing, as the history records them. */
export function parametersOf(entry: NemesisEntry): { readonly [name: string]: Json } {
  switch (entry.fault) {
    case 'partition': {
      const { shape, direction, mode, target } = entry;
      return { shape, direction, mode, ...(target !== undefined && { target: targetText(target) }) };
    }
    case 'pause':
    case 'crash':
    case 'flip':
      return { target: targetText(entry.target) };
    case 'delay': {
      const { links, delay, jitter } = entry;
      return { links, delay, jitter };
    }
    case 'packet': {
      const { links, loss, duplicate, reorder } = entry;
      return { links, loss, duplicate, reorder };
    }
    case 'clock':
      return { target: targetText(entry.target), mode: entry.mode, ...clockParameters(entry) };
    case 'disk':
      return {
        target: targetText(entry.target),
        trouble: entry.trouble,
        ...(entry.trouble === 'slow' && { delay: entry.delay }),
      };
  }
}

function clockParameters(entry: Extract<NemesisEntry, { fault: 'clock' }>): {
  readonly [name: string]: Json;
} {
  switch (entry.mode) {
    case 'bump':
      return { offset: spanJson(entry.offset) };
    case 'drift':
      return { drift: spanJson(entry.drift) };
    case 'strobe':
      return { offset: spanJson(entry.offset), period: entry.period };
  }
}

function spanJson({ min, max }: Span): Json {
  return min === max ? min : { min, max };
}
