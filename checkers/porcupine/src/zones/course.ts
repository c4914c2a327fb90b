/**
 * From versions in their order to a linearization: who makes a version comes first, then those who observed
 * it or only looked while it was there, in an order that agrees with real time.
 */
import type { Scratch } from '../scratch.ts';
import { NONE } from './history.ts';
import type { Known } from './failed-cas.ts';
import type { Slots } from './slots.ts';

/** Operations by position. Its arrays are its own. */
export interface Course {
  /** In the order of a linearization: all but those of unknown outcome that are not needed. */
  readonly order: Int32Array;
  /** By operation: the state that it finds; `NONE` where it has no number, or the operation no place. */
  readonly before: Int32Array;
  /** Has every state on the way a number? */
  readonly isNumbered: boolean;
}

type Placed = Pick<Known<unknown, unknown, unknown>, 'versions' | 'evidence'> & {
  readonly history: { readonly scratch: Scratch };
};

export function courseOf(
  { versions, evidence, history: { scratch } }: Placed,
  { versions: inOrder, slotOf }: Slots,
): Course {
  const { maker, state } = versions;
  const { versionOf } = evidence;
  const slots = inOrder.length;
  const slotOfVersion = scratch.int32(maker.length);
  for (let slot = 0; slot < slots; slot++) slotOfVersion[inOrder[slot]!] = slot;
  // Makers are counted by their slots, each of which has one but the first.
  const slotOfOther = (i: number): number => {
    const version = versionOf[i]!;
    if (version === NONE) return slotOf[i]!;
    return maker[version] === i ? NONE : slotOfVersion[version]!;
  };
  const start = scratch.int32(slots + 1);
  for (let slot = 1; slot < slots; slot++) start[slot + 1] = 1;
  for (let i = 0; i < versionOf.length; i++) {
    const slot = slotOfOther(i);
    if (slot !== NONE) start[slot + 1]!++;
  }
  for (let slot = 0; slot < slots; slot++) start[slot + 1]! += start[slot]!;
  const order = new Int32Array(start[slots]!);
  const before = new Int32Array(versionOf.length).fill(NONE);
  let isNumbered = true;
  for (let slot = 1; slot < slots; slot++) {
    const by = maker[inOrder[slot]!]!;
    isNumbered &&= state[inOrder[slot]!] !== NONE;
    order[start[slot]!++] = by;
    before[by] = state[inOrder[slot - 1]!]!;
  }
  for (let i = 0; i < versionOf.length; i++) {
    const slot = slotOfOther(i);
    if (slot === NONE) continue;
    order[start[slot]!++] = i;
    before[i] = state[inOrder[slot]!]!;
  }
  return { order, before, isNumbered };
}
