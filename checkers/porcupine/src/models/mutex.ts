/**
 * A lock that is free or held. `{ ok: false }` to an acquire means that it was held, to a release that
 * it was not (or not by the one who asks).
 *
 * `mutex` does not ask who holds it, as Knossos's: whoever comes may release it. In `ownedMutex` only the
 * holder may. In either an acquire takes the lock from free to held, and nothing else does anything; so
 * one of unknown outcome does that too, or found the lock held.
 */
import type { Model } from '../model.ts';
import { holderOf, type Holder, type LockInput } from './holder.ts';
import { byKey, change, describeStep, effectOfChange, keyOf, type Answer } from './observe.ts';
import { describeValue } from './value.ts';

const FREE = null;

/** Nobody, or who holds it; true for somebody. */
export type MutexState = Holder | true | null;

export function mutex(): Model<MutexState, LockInput, Answer> {
  return lockOf('mutex', () => true);
}

export function ownedMutex(): Model<MutexState, LockInput, Answer> {
  return lockOf('owned-mutex', holderOf);
}

function lockOf(
  name: string,
  owner: (input: LockInput) => Holder | true,
): Model<MutexState, LockInput, Answer> {
  const ends = (input: LockInput): readonly [from: MutexState, to: MutexState] => {
    if (input.f === 'acquire') return [FREE, owner(input)];
    if (input.f === 'release') return [owner(input), FREE];
    throw new TypeError(`a mutex has no ${JSON.stringify(input)}`);
  };
  return {
    name,
    init: () => FREE,
    step(state, input, output) {
      const [from, to] = ends(input);
      return change(state, to, state === from, output);
    },
    equal: (a, b) => a === b,
    hash: describeValue,
    partition: byKey,
    keyOf,
    effect: (input, output) => effectOfChange(...ends(input), output),
    describeOperation: (input, output) => describeLocking(input, output),
    describeState: (state) => (state === FREE ? 'free' : state === true ? 'held' : `held by ${state}`),
  };
}

/** `acquire by 3 → ok` */
export function describeLocking(input: LockInput, answer: Answer | undefined): string {
  const { f, key, client, process, value } = input;
  const by = client ?? process;
  const asked = { f: by === undefined ? f : `${f} by ${by}`, ...(key !== undefined && { key }) };
  return describeStep(
    { ...asked, ...(value !== undefined && value !== null && { value }) },
    answer,
    'refused',
  );
}
