/**
 * Immutable lists that share their tails, each with a hash that costs one step to extend: the states of
 * stacks and logs, and the halves of a queue.
 */
import { hashOfText } from './hash.ts';
import { describeValue, sameValue, type Value } from './value.ts';

export interface List {
  readonly head: Value;
  /** Undefined only of the empty list. */
  readonly tail: List | undefined;
  readonly size: number;
  readonly hash: number;
}

export const EMPTY: List = { head: null, tail: undefined, size: 0, hash: 0 };

const BASE = 0x01000193;

export function prepend(head: Value, tail: List): List {
  return { head, tail, size: tail.size + 1, hash: joinHash(tail.hash, spreadHash(head)) };
}

/** The hash of a sequence, extended by one element. */
export function joinHash(sequence: number, element: number): number {
  return (Math.imul(sequence, BASE) + element) | 0;
}

/** The hash of a sequence of `size` elements without the one that was joined first. */
export function withoutFirst(sequence: number, first: number, size: number): number {
  let power = 1;
  for (let factor = BASE, left = size - 1; left > 0; left >>>= 1, factor = Math.imul(factor, factor)) {
    if (left & 1) power = Math.imul(power, factor);
  }
  return (sequence - Math.imul(first, power)) | 0;
}

export function sameList(a: List, b: List): boolean {
  if (a.size !== b.size || a.hash !== b.hash) return false;
  while (a !== b) {
    if (!sameValue(a.head, b.head)) return false;
    if (a.tail === undefined || b.tail === undefined) return a.tail === b.tail;
    a = a.tail;
    b = b.tail;
  }
  return true;
}

/** For sums of hashes, of an element. */
export function spreadHash(value: Value): number {
  return hashOfText(describeValue(value));
}

/** From the head on. */
export function* elements(list: List): Iterable<Value> {
  for (let at = list; at.tail !== undefined; at = at.tail) yield at.head;
}

/** The list whose head was the last of these. */
export function reversed(values: Iterable<Value>): List {
  let list = EMPTY;
  for (const value of values) list = prepend(value, list);
  return list;
}
