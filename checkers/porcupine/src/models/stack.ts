/**
 * A stack, without bound. A pop answers what it removed; `{ ok: false }` and no value mean that the
 * stack was empty. One of unknown outcome removed the top if there was one.
 */
import { ILLEGAL, type Illegal, type Model } from '../model.ts';
import { container } from './container.ts';
import { elements, EMPTY, prepend, sameList, type List } from './list.ts';
import { byKey, describeStep, keyOf, taken, type Answer } from './observe.ts';
import { describeValue, sameValue, type Value } from './value.ts';

export type StackInput = { readonly key?: string } & (
  { readonly f: 'push'; readonly value: Value } | { readonly f: 'pop' }
);

export function stack(): Model<List, StackInput, Answer> {
  return {
    name: 'stack',
    init: () => EMPTY,
    step(state, input, output) {
      switch (input.f) {
        case 'push':
          return prepend(input.value, state);
        case 'pop':
          return removeHead(state, output);
        default:
          throw new TypeError(`a stack has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameList,
    hash: ({ hash }) => hash,
    partition: byKey,
    keyOf,
    collection: container('lifo', 'push'),
    effect(input, output) {
      if (input.f === 'push' || output === undefined) return { kind: 'update' };
      return taken(output) === null ? { kind: 'read', state: EMPTY } : undefined;
    },
    describeOperation: (input, output) => describeStep(input, output, 'empty'),
    describeState: (state) => describeValue([...elements(state)]),
  };
}

/** Takes the head out, whether known or not. */
export function removeHead(state: List, answer: Answer | undefined): List | Illegal {
  const expected = answer && taken(answer);
  if (state.tail === undefined) return expected === undefined || expected === null ? state : ILLEGAL;
  if (expected !== undefined && (expected === null || !sameValue(state.head, expected))) return ILLEGAL;
  return state.tail;
}
