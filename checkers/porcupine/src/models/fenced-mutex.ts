/**
 * A lock whose every acquire answers a fencing token, an integer greater than all before it, so that a
 * resource can turn away a holder that lost the lock without noticing.
 *
 * An acquire whose answer is unknown, or tells no token, took some token above the last. The state says
 * the smallest: whatever is legal after a larger one is legal after it, as all that a token ever does is
 * to forbid those that are not above it. So a deterministic state stands for all of them, exactly.
 */
import { ILLEGAL, type Illegal, type Model } from '../model.ts';
import { holderOf, type Holder, type LockInput } from './holder.ts';
import { describeLocking } from './mutex.ts';
import { byKey, change, keyOf, type Answer } from './observe.ts';

export interface FencedState {
  readonly holder: Holder | null;
  /** The greatest token so far, or the smallest that it can have been. */
  readonly last: number;
}

export interface FencedMutexOptions {
  /** Every token is above it. Default: -1. */
  readonly below?: number;
  /** What an acquire answers that was given no token, and then takes none (0 in Hazelcast). */
  readonly noToken?: number;
}

export function fencedMutex(options: FencedMutexOptions = {}): Model<FencedState, LockInput, Answer> {
  const { below = -1, noToken } = options;
  return {
    name: 'fenced-mutex',
    init: () => ({ holder: null, last: below }),
    step(state, input, output) {
      const holder = holderOf(input);
      switch (input.f) {
        case 'acquire': {
          const last = lastAfter(state.last, tokenOf(output), noToken);
          if (last === ILLEGAL) return ILLEGAL;
          return change(state, { holder, last }, state.holder === null, output);
        }
        case 'release':
          return change(state, { ...state, holder: null }, state.holder === holder, output);
        default:
          throw new TypeError(`a fenced mutex has no ${JSON.stringify(input)}`);
      }
    },
    equal: (a, b) => a.holder === b.holder && a.last === b.last,
    hash: ({ holder, last }) => `${last} ${holder}`,
    partition: byKey,
    keyOf,
    describeOperation: describeLocking,
    describeState: ({ holder, last }) =>
      `${holder === null ? 'free' : `held by ${holder}`}, last token ${last}`,
  };
}

function lastAfter(last: number, token: number | undefined, noToken: number | undefined): number | Illegal {
  if (token === undefined) return noToken === undefined ? last + 1 : last;
  if (token === noToken) return last;
  return token > last ? token : ILLEGAL;
}

function tokenOf(answer: Answer | undefined): number | undefined {
  if (answer === undefined || answer.ok === false) return undefined;
  const { value } = answer;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new TypeError(`a fencing token is an integer, not ${JSON.stringify(value)}`);
}
