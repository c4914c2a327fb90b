/**
 * A lock that its holder may acquire again, and must release as many times. `{ ok: false }` to an
 * acquire means that another held it, or that it was held `most` times already; to a release, that the
 * one who asks did not hold it.
 */
import type { Model } from '../model.ts';
import { holderOf, type Holder, type LockInput } from './holder.ts';
import { describeLocking } from './mutex.ts';
import { byKey, change, keyOf, type Answer } from './observe.ts';

export interface ReentrantState {
  readonly holder: Holder | null;
  readonly holds: number;
}

const FREE: ReentrantState = { holder: null, holds: 0 };

export function reentrantMutex(most = Infinity): Model<ReentrantState, LockInput, Answer> {
  return {
    name: 'reentrant-mutex',
    init: () => FREE,
    step(state, input, output) {
      const holder = holderOf(input);
      const isHolder = state.holder === holder;
      switch (input.f) {
        case 'acquire': {
          const may = state.holder === null || (isHolder && state.holds < most);
          return change(state, { holder, holds: state.holds + 1 }, may, output);
        }
        case 'release': {
          const left = state.holds === 1 ? FREE : { holder, holds: state.holds - 1 };
          return change(state, left, isHolder, output);
        }
        default:
          throw new TypeError(`a reentrant mutex has no ${JSON.stringify(input)}`);
      }
    },
    equal: (a, b) => a.holder === b.holder && a.holds === b.holds,
    hash: ({ holder, holds }) => `${holds} ${holder}`,
    partition: byKey,
    keyOf,
    describeOperation: describeLocking,
    describeState: ({ holder, holds }) => (holder === null ? 'free' : `held by ${holder} ${holds} times`),
  };
}
