/**
 * A register with read, write and compare-and-set; one for each key where there are keys.
 */
import { ILLEGAL, type Model } from '../model.ts';
import { byKey, describe, effectOfCas, effectOfRead, keyOf, type Answer } from './observe.ts';
import { describeValue, hashOfValue, sameValue, type Value } from './value.ts';

export type RegisterInput = { readonly key?: string } & (
  | { readonly f: 'read' }
  | { readonly f: 'write'; readonly value: Value }
  /** `[expected, new]` */
  | { readonly f: 'cas'; readonly value: readonly [Value, Value] }
);

export type RegisterOutput = Answer;

/** `initial` is what a read finds before any write. */
export function register(initial: Value = null): Model<Value, RegisterInput, RegisterOutput> {
  return {
    name: 'register',
    init: () => initial,
    step(state, input, output) {
      switch (input.f) {
        case 'read':
          return output === undefined || sameValue(state, output.value ?? null) ? state : ILLEGAL;
        case 'write':
          return input.value;
        case 'cas': {
          const matches = sameValue(state, input.value[0]);
          if (output?.ok !== undefined && output.ok !== matches) return ILLEGAL;
          return matches ? input.value[1] : state;
        }
        default:
          throw new TypeError(`a register has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameValue,
    hash: hashOfValue,
    partition: byKey,
    keyOf,
    effect(input, output) {
      switch (input.f) {
        case 'read':
          return effectOfRead((value) => value, output);
        case 'write':
          return { kind: 'write', state: input.value };
        case 'cas':
          return effectOfCas(input.value[0], input.value[1], output);
        default:
          return undefined;
      }
    },
    describeOperation: (input, output) => describe(input, output, input.f === 'read'),
    describeState: describeValue,
  };
}
