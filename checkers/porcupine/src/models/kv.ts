/**
 * A key-value store with get, put, append, cas and delete: independent keys, each null until written.
 *
 * A state is the key's value. But a key that is only ever appended to has long texts, one for each append:
 * such a text carries a hash that grows with it, so that it costs only what is appended to tell it from
 * others; texts are compared where hashes agree, and nowhere else.
 */
import { ILLEGAL, type Model } from '../model.ts';
import { EMPTY_HASH, extend } from './hash.ts';
import { byKey, describe, effectOfCas, effectOfRead, keyOf, type Answer } from './observe.ts';
import { describeValue, hashOfValue, sameValue, type Value } from './value.ts';

export type KvInput = { readonly key?: string } & (
  | { readonly f: 'get' | 'delete' }
  | { readonly f: 'put'; readonly value: Value }
  /** To a missing key as to an empty string; a value that is no string is left as it is. */
  | { readonly f: 'append'; readonly value: string }
  /** `[expected, new]` */
  | { readonly f: 'cas'; readonly value: readonly [Value, Value] }
);

export type KvOutput = Answer;

/** A key's value, null where it is missing. */
export type KvState = Value | Appended;

/** A text that was put together. */
class Appended {
  readonly text: string;
  /** As `hashOfValue`. */
  readonly hash: number;

  constructor(text: string, hash: number) {
    this.text = text;
    this.hash = hash;
  }
}

export function kv(): Model<KvState, KvInput, KvOutput> {
  return {
    name: 'kv',
    init: () => null,
    step(state, input, output) {
      switch (input.f) {
        case 'get':
          return output === undefined || sameValue(valueOf(state), output.value ?? null) ? state : ILLEGAL;
        case 'put':
          return input.value;
        case 'delete':
          return null;
        case 'append':
          return append(state, input.value);
        case 'cas': {
          const matches = sameValue(valueOf(state), input.value[0]);
          if (output?.ok !== undefined && output.ok !== matches) return ILLEGAL;
          return matches ? input.value[1] : state;
        }
        default:
          throw new TypeError(`a key-value store has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameState,
    hash: hashOf,
    partition: byKey,
    keyOf,
    effect(input, output) {
      switch (input.f) {
        case 'get':
          return effectOfRead((value) => value, output);
        case 'put':
          return { kind: 'write', state: input.value };
        case 'delete':
          return { kind: 'write', state: null };
        case 'append':
          return {
            kind: 'update',
            shows: (state) => textOf(state)?.includes(input.value) === true,
            appends: input.value,
          };
        case 'cas':
          return effectOfCas(input.value[0], input.value[1], output);
        default:
          return undefined;
      }
    },
    lineage: prefixes,
    text: (state) => (state === null ? '' : textOf(state)),
    describeOperation: (input, output) => describe(input, output, input.f === 'get'),
    describeState: (state) => describeValue(valueOf(state)),
  };
}

/** What a get finds. */
export function valueOf(state: KvState): Value {
  return state instanceof Appended ? state.text : state;
}

function textOf(state: KvState): string | undefined {
  const value = valueOf(state);
  return typeof value === 'string' ? value : undefined;
}

function hashOf(state: KvState): number {
  return state instanceof Appended ? state.hash : hashOfValue(state);
}

function sameState(a: KvState, b: KvState): boolean {
  if (a === b) return true;
  if (!(a instanceof Appended) && !(b instanceof Appended)) return sameValue(a, b);
  return hashOf(a) === hashOf(b) && valueOf(a) === valueOf(b);
}

function append(state: KvState, text: string): KvState {
  if (state === null) return text;
  const before = textOf(state);
  return before === undefined ? state : new Appended(before + text, extend(hashOf(state), text));
}

/** A string, its prefixes from long to short, and the missing key. */
function* prefixes(state: KvState): Iterable<KvState> {
  yield state;
  const text = textOf(state);
  if (text === undefined) return;
  const hashes = new Int32Array(text.length + 1);
  hashes[0] = EMPTY_HASH;
  for (let i = 0; i < text.length; i++) hashes[i + 1] = extend(hashes[i]!, text[i]!);
  for (let end = text.length - 1; end >= 0; end--) yield new Appended(text.slice(0, end), hashes[end]!);
  yield null;
}
