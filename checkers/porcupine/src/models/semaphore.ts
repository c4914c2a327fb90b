/**
 * A semaphore: `acquire` and `release` of one permit, or of as many as `value` says. Who holds them is
 * not looked at, but no more are given back than are out. `{ ok: false }` to an acquire means that there
 * were too few, to a release that fewer were out.
 */
import type { Model } from '../model.ts';
import { byKey, change, describeStep, keyOf, type Answer } from './observe.ts';

export interface SemaphoreInput {
  readonly f: 'acquire' | 'release';
  readonly key?: string;
  readonly value?: number | null;
}

/** The state is how many permits are left. */
export function semaphore(permits: number): Model<number, SemaphoreInput, Answer> {
  if (!isCount(permits)) throw new TypeError(`a semaphore has a number of permits, not ${permits}`);
  return {
    name: 'semaphore',
    init: () => permits,
    step(state, input, output) {
      const count = input.value ?? 1;
      if (!isCount(count)) throw new TypeError(`a semaphore has no ${JSON.stringify(input)}`);
      switch (input.f) {
        case 'acquire':
          return change(state, state - count, state >= count, output);
        case 'release':
          return change(state, state + count, state + count <= permits, output);
        default:
          throw new TypeError(`a semaphore has no ${JSON.stringify(input)}`);
      }
    },
    equal: (a, b) => a === b,
    hash: (state) => state,
    partition: byKey,
    keyOf,
    describeOperation: ({ value, ...input }, output) =>
      describeStep(typeof value === 'number' ? { ...input, value } : input, output, 'refused'),
    describeState: (state) => `${state} left`,
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
