/**
 * A set: `add`, `remove`, `contains`, and `read` of the whole, in any order.
 *
 * Adding what is there, or removing what isn't, is legal and changes nothing. A read that names an
 * element twice is no answer of a set. Without reads of the whole, elements are independent.
 */
import {
  ILLEGAL,
  type CollectionEvent,
  type ElementKey,
  type Effect,
  type Model,
  type Operation,
  type Partition,
} from '../model.ts';
import { byKey, describeStep, keyOf, type Answer } from './observe.ts';
import { entries, get, hashOf, hasOnly, put, sameMap, sizeOf, without, type TextMap } from './text-map.ts';
import { describeValue, isList, type Value } from './value.ts';

export type SetInput = { readonly key?: string } & (
  { readonly f: 'add' | 'remove' | 'contains'; readonly value: Value } | { readonly f: 'read' }
);

/** By the texts of elements. */
export type SetState = TextMap<true>;

export function set(): Model<SetState, SetInput, Answer> {
  return {
    name: 'set',
    init: () => null,
    step(state, input, output) {
      switch (input.f) {
        case 'add':
          return put(state, describeValue(input.value), true);
        case 'remove':
          return without(state, describeValue(input.value));
        case 'contains': {
          const found = get(state, describeValue(input.value)) === true;
          return output === undefined || found === saysYes(output) ? state : ILLEGAL;
        }
        case 'read': {
          if (output === undefined) return state;
          return holdsExactly(state, output.value ?? []) ? state : ILLEGAL;
        }
        default:
          throw new TypeError(`a set has no ${JSON.stringify(input)}`);
      }
    },
    equal: sameMap,
    hash: hashOf,
    partition: (history) => byKey(history).flatMap(byElement),
    keyOf,
    collection: { kind: 'set', event: eventOf },
    pure: (input) => input.f === 'read' || input.f === 'contains',
    effect,
    describeOperation: (input, output) => describeStep(input, output, 'no'),
    describeState: (state) => `{${[...entries(state)].map(([text]) => text).join(',')}}`,
  };
}

function effect(input: SetInput, output: Answer | undefined): Effect<SetState> | undefined {
  if (input.f === 'add' || input.f === 'remove') return { kind: 'update' };
  if (output === undefined) return { kind: 'noop' };
  if (input.f === 'contains') return undefined;
  const seen = setOf(output.value ?? []);
  return seen === undefined ? undefined : { kind: 'read', state: seen };
}

/** A removal is legal whether the element is there or not: that is left to the search. */
function eventOf(input: SetInput, output: Answer | undefined): CollectionEvent | undefined {
  if (input.f === 'add') return { kind: 'insert', element: elementOf(input.value) };
  if (input.f === 'remove') return undefined;
  if (output === undefined) return { kind: 'noop' };
  if (input.f === 'contains') {
    return { kind: saysYes(output) ? 'present' : 'absent', element: elementOf(input.value) };
  }
  const seen = output.value ?? [];
  if (!isList(seen)) return undefined;
  const elements = seen.map(elementOf);
  return new Set(elements).size === elements.length ? { kind: 'whole', elements } : undefined;
}

/** A number is found sooner than its text, and no other element has it for a text. */
function elementOf(value: Value): ElementKey {
  return typeof value === 'number' ? value : describeValue(value);
}

function saysYes({ value, ok }: Answer): boolean {
  const answer = value ?? ok;
  if (typeof answer !== 'boolean') throw new TypeError(`a set contains it or not: ${JSON.stringify(answer)}`);
  return answer;
}

/** Without making a state of what was seen, which may be a long list. */
function holdsExactly(state: SetState, seen: Value): boolean {
  const texts = textsOf(seen);
  return texts?.size === sizeOf(state) && hasOnly(state, texts);
}

/** Undefined for what is no set. */
function setOf(seen: Value): SetState | undefined {
  const texts = textsOf(seen);
  return texts && [...texts].reduce<SetState>((all, text) => put(all, text, true), null);
}

/** Of the elements; undefined for what is no list, or names one twice. */
function textsOf(seen: Value): ReadonlySet<string> | undefined {
  if (!isList(seen)) return undefined;
  const texts = new Set(seen.map(describeValue));
  return texts.size === seen.length ? texts : undefined;
}

function byElement(whole: Partition<SetInput, Answer>): readonly Partition<SetInput, Answer>[] {
  const elements = new Map<string, Operation<SetInput, Answer>[]>();
  for (const operation of whole.operations) {
    if (operation.input.f === 'read') return [whole];
    const text = describeValue(operation.input.value);
    const others = elements.get(text);
    if (others) others.push(operation);
    else elements.set(text, [operation]);
  }
  return [...elements].map(([text, operations]) => {
    return { label: whole.label === '' ? text : `${whole.label} ${text}`, operations };
  });
}
