/** A counter: `add n`, `inc`, `dec` and `read`. What an addition answers is not looked at. */
import { ILLEGAL, type Model } from '../model.ts';
import { byKey, describeStep, keyOf, type Answer } from './observe.ts';

export type CounterInput = { readonly key?: string } & (
  { readonly f: 'add'; readonly value: number } | { readonly f: 'inc' | 'dec' | 'read' }
);

export function counter(initial = 0): Model<number, CounterInput, Answer> {
  return {
    name: 'counter',
    init: () => initial,
    step(state, input, output) {
      if (input.f !== 'read') return state + amount(input);
      return output === undefined || state === output.value ? state : ILLEGAL;
    },
    equal: (a, b) => a === b,
    hash: (state) => state,
    partition: byKey,
    keyOf,
    pure: (input) => input.f === 'read',
    effect(input, output) {
      if (input.f !== 'read') return { kind: amount(input) === 0 ? 'noop' : 'update' };
      if (output === undefined) return { kind: 'noop' };
      return typeof output.value === 'number' ? { kind: 'read', state: output.value } : undefined;
    },
    describeOperation: (input, output) => describeStep(input, output, 'refused'),
    describeState: String,
  };
}

/** Integers only: a sum of fractions depends on the order of additions. */
function amount(input: Exclude<CounterInput, { f: 'read' }>): number {
  switch (input.f) {
    case 'inc':
      return 1;
    case 'dec':
      return -1;
    case 'add':
      if (Number.isSafeInteger(input.value)) return input.value;
  }
  throw new TypeError(`a counter of integers has no ${JSON.stringify(input)}`);
}
