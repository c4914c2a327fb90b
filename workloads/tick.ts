/** Asks the system for its time, all the time. It must never be earlier than what anybody was told before. */
import type { Invocation } from '../systems/contract.ts';
import type { Generator, Workload, WorkloadOptions } from './types.ts';

const TICK: Invocation = { f: 'tick' };

export const tick: Workload = {
  name: 'tick',
  about: 'ask for the time; what was told never runs backwards',
  functions: { tick: 1 },
  defaultKeys: 1,
  needs: ['tick'],
  checks: ['ticks'],
  generator: ({ ops }) => new TickGenerator(ops),
  toClient: (invocation) => invocation,
  fromClient: (_, completion) => completion,
};

class TickGenerator implements Generator {
  constructor(ops: WorkloadOptions['ops']) {
    for (const [f, weight] of Object.entries(ops)) {
      if (f !== 'tick' && weight > 0) throw new RangeError(`this workload has no function ${f}`);
    }
    if (!((ops['tick'] ?? 0) > 0)) throw new RangeError('no function has a weight above 0');
  }

  next(): Invocation {
    return TICK;
  }

  final(): readonly Invocation[] {
    return [TICK];
  }
}
