/**
 * From versions in their order to a linearization: who makes a version comes first, then those who observed
 * it or only looked while it was there, in an order that agrees with real time.
 */
import { NONE } from '../kinds.ts';
import type { Scratch } from '../scratch.ts';
import type { Known } from './failed-cas.ts';
import type { Slots } from './slots.ts';

type Placed = Pick<Known<unknown, unknown, unknown>, 'versions' | 'evidence'> & {
  readonly history: { readonly scratch: Scratch };
};

/**
 * Operations by position, in the order of a linearization: all but those of unknown outcome that are not
 * needed. The array is its own.
 */
export function courseOf(
  { versions, evidence, history: { scratch } }: Placed,
  { versions: inOrder, slotOf }: Slots,
): Int32Array {
  const { maker } = versions;
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
  for (let slot = 1; slot < slots; slot++) order[start[slot]!++] = maker[inOrder[slot]!]!;
  for (let i = 0; i < versionOf.length; i++) {
    const slot = slotOfOther(i);
    if (slot !== NONE) order[start[slot]!++] = i;
  }
  return order;
}
