/**
 * A priority queue of numbers: the smallest comes out first. Equal numbers can't be told apart, so the
 * state is the sorted list of what is in it, and a dequeue of unknown outcome took the smallest.
 */
import type { Model } from '../model.ts';
import { elements, EMPTY, prepend, sameList, type List } from './list.ts';
import { byKey, describeStep, keyOf, taken, type Answer } from './observe.ts';
import { removeHead } from './stack.ts';
import { describeValue } from './value.ts';

export type PriorityQueueInput = { readonly key?: string } & (
  { readonly f: 'enqueue'; readonly value: number } | { readonly f: 'dequeue' }
);

export function priorityQueue(): Model<List, PriorityQueueInput, Answer> {
  return {
    name: 'priority-queue',
    init: () => EMPTY,
    step(state, input, output) {
      switch (input.f) {
        case 'enqueue':
          return insert(state, input.value);
        case 'dequeue':
          return removeHead(state, output);
        default:
          throw new TypeError(`a priority queue has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameList,
    hash: ({ hash }) => hash,
    partition: byKey,
    keyOf,
    effect(input, output) {
      if (input.f === 'enqueue' || output === undefined) return { kind: 'update' };
      return taken(output) === null ? { kind: 'read', state: EMPTY } : undefined;
    },
    describeOperation: (input, output) => describeStep(input, output, 'empty'),
    describeState: (state) => describeValue([...elements(state)]),
  };
}

function insert(state: List, value: number): List {
  if (typeof value !== 'number') throw new TypeError(`a priority is a number, not ${JSON.stringify(value)}`);
  const smaller: number[] = [];
  let rest = state;
  while (rest.tail !== undefined && typeof rest.head === 'number' && rest.head < value) {
    smaller.push(rest.head);
    rest = rest.tail;
  }
  return smaller.reduceRight((list, element) => prepend(element, list), prepend(value, rest));
}
