/**
 * What containers declare of themselves (see `Collection`): whatever they are called, elements go in and
 * come out, one at a time. An element is known by its text. Null can't be told from "empty" when it comes
 * out, so nothing is said of one that goes in.
 */
import type { Collection, CollectionEvent } from '../model.ts';
import { taken, type Answer } from './observe.ts';
import { describeValue, type Value } from './value.ts';

interface ContainerInput {
  readonly f: string;
  readonly value?: Value;
}

/** `insert` is the function that puts in; the other one takes out. */
export function container<I extends ContainerInput>(
  kind: 'fifo' | 'lifo' | 'bag',
  insert: I['f'],
): Collection<I, Answer> {
  return {
    kind,
    event({ f, value }, output): CollectionEvent | undefined {
      if (f === insert) {
        if (value === undefined || value === null) return undefined;
        return { kind: 'insert', element: describeValue(value) };
      }
      if (output === undefined) return { kind: 'take' };
      const element = taken(output);
      return element === null ? { kind: 'empty' } : { kind: 'remove', element: describeValue(element) };
    },
  };
}
