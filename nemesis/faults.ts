/** The catalogue: every fault there is. */
import type { Json } from '../systems/contract.ts';
import { crash } from './crash.ts';
import { delay } from './delay.ts';
import type { FaultName, NemesisEntry } from './entry.ts';
import type { Active, Aimed, AimOptions, Effect, Fault, StartOptions } from './fault.ts';
import { targetText } from './node-fault.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';

export const faults: { readonly [N in FaultName]: Fault<N> } = { partition, pause, crash, delay };

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
      return { target: targetText(entry.target) };
    case 'delay': {
      const { links, delay, jitter } = entry;
      return { links, delay, jitter };
    }
  }
}
