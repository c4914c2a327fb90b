/**
 * A text that is only appended to, empty at first: a key of a key-value store with two of its functions
 * (`append`, `read`), and its states. A read that answers nothing saw the empty text.
 */
import type { Model } from '../model.ts';
import { kv, type KvInput, type KvState } from './kv.ts';
import { byKey, describe, keyOf, type Answer } from './observe.ts';

export type StringAppendInput = { readonly key?: string } & (
  { readonly f: 'append'; readonly value: string } | { readonly f: 'read' }
);

export function stringAppend(): Model<KvState, StringAppendInput, Answer> {
  const store = kv();
  return {
    name: 'string-append',
    init: () => '',
    step: (state, input, output) => store.step(state, inStore(input), seen(input, output)),
    equal: (a, b) => store.equal!(a, b),
    hash: (state) => store.hash!(state),
    partition: byKey,
    keyOf,
    effect: (input, output) => store.effect!(inStore(input), seen(input, output)),
    lineage: (state) => store.lineage!(state),
    describeOperation: (input, output) => describe(input, seen(input, output), input.f === 'read'),
    describeState: (state) => store.describeState!(state),
  };
}

function inStore(input: StringAppendInput): KvInput {
  switch (input.f) {
    case 'read':
      return { f: 'get' };
    case 'append':
      if (typeof input.value === 'string') return input;
  }
  throw new TypeError(`a text has no ${JSON.stringify(input)}`);
}

function seen({ f }: StringAppendInput, output: Answer | undefined): Answer | undefined {
  return f === 'read' && output !== undefined ? { value: output.value ?? '' } : output;
}
