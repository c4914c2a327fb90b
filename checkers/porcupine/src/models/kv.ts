/**
 * A key-value store with get, put, append, cas and delete: independent keys, each null until written.
 *
 * The states of a key that is only ever appended to are long strings, one for each append. A state
 * carries a hash that grows with it, so that it costs only what is appended to tell it from others;
 * texts are compared where hashes agree, and nowhere else.
 */
import { ILLEGAL, type Model } from '../model.ts';
import { EMPTY_HASH, extend } from './hash.ts';
import { byKey, describe, effectOfCas, effectOfRead, keyOf, type Answer } from './observe.ts';
import { describeValue, sameValue, type Value } from './value.ts';

export type KvInput = { readonly key?: string } & (
  | { readonly f: 'get' | 'delete' }
  | { readonly f: 'put'; readonly value: Value }
  /** To a missing key as to an empty string; a value that is no string is left as it is. */
  | { readonly f: 'append'; readonly value: string }
  /** `[expected, new]` */
  | { readonly f: 'cas'; readonly value: readonly [Value, Value] }
);

export type KvOutput = Answer;

/** A key's value. */
export interface KvState {
  readonly value: Value;
  readonly hash: number;
}

const MISSING: KvState = { value: null, hash: 0 };

export function kv(): Model<KvState, KvInput, KvOutput> {
  return {
    name: 'kv',
    init: () => MISSING,
    step(state, input, output) {
      switch (input.f) {
        case 'get':
          return output === undefined || sameValue(state.value, output.value ?? null) ? state : ILLEGAL;
        case 'put':
          return stateOf(input.value);
        case 'delete':
          return MISSING;
        case 'append':
          return append(state, input.value);
        case 'cas': {
          const matches = sameValue(state.value, input.value[0]);
          if (output?.ok !== undefined && output.ok !== matches) return ILLEGAL;
          return matches ? stateOf(input.value[1]) : state;
        }
        default:
          throw new TypeError(`a key-value store has no ${JSON.stringify(input)}`);
      }
    },
    equal: (a, b) => a === b || (a.hash === b.hash && sameValue(a.value, b.value)),
    hash: ({ hash }) => hash,
    partition: byKey,
    keyOf,
    effect(input, output) {
      switch (input.f) {
        case 'get':
          return effectOfRead(stateOf, output);
        case 'put':
          return { kind: 'write', state: stateOf(input.value) };
        case 'delete':
          return { kind: 'write', state: MISSING };
        case 'append':
          return {
            kind: 'update',
            shows: ({ value }) => typeof value === 'string' && value.includes(input.value),
            appends: input.value,
          };
        case 'cas':
          return effectOfCas(stateOf(input.value[0]), stateOf(input.value[1]), output);
        default:
          return undefined;
      }
    },
    lineage: prefixes,
    text: ({ value }) => (value === null ? '' : typeof value === 'string' ? value : undefined),
    describeOperation: (input, output) => describe(input, output, input.f === 'get'),
    describeState: ({ value }) => describeValue(value),
  };
}

export function stateOf(value: Value): KvState {
  if (value === null) return MISSING;
  if (typeof value === 'string') return { value, hash: extend(EMPTY_HASH, value) };
  return { value, hash: extend(1, describeValue(value)) };
}

function append(state: KvState, text: string): KvState {
  if (state.value === null) return stateOf(text);
  if (typeof state.value !== 'string') return state;
  return { value: state.value + text, hash: extend(state.hash, text) };
}

/** A string, its prefixes from long to short, and the missing key. */
function* prefixes(state: KvState): Iterable<KvState> {
  yield state;
  const text = state.value;
  if (typeof text !== 'string') return;
  const hashes = new Int32Array(text.length + 1);
  hashes[0] = EMPTY_HASH;
  for (let i = 0; i < text.length; i++) hashes[i + 1] = extend(hashes[i]!, text[i]!);
  for (let end = text.length - 1; end >= 0; end--) yield { value: text.slice(0, end), hash: hashes[end]! };
  yield MISSING;
}
