/**
 * A generator of ids, none of which is ever given twice. One whose answer is unknown gave an id that
 * nobody needs to meet: there is always one more. Each id is an object of its own, given or not.
 */
import { ILLEGAL, type Effect, type Model, type Operation, type Partition } from '../model.ts';
import { byKey, describeStep, keyOf, type Answer } from './observe.ts';
import { entries, get, hashOf, put, sameMap, type TextMap } from './text-map.ts';
import { describeValue } from './value.ts';

export interface UniqueIdsInput {
  readonly f: 'generate';
  readonly key?: string;
}

/** Those given, by their texts. */
export type UniqueIdsState = TextMap<true>;

export function uniqueIds(): Model<UniqueIdsState, UniqueIdsInput, Answer> {
  return {
    name: 'unique-ids',
    init: () => null,
    step(state, input, output) {
      if (input.f !== 'generate') throw new TypeError(`a generator has no ${JSON.stringify(input)}`);
      const id = idOf(output);
      if (id === undefined) return state;
      return get(state, id) === undefined ? put(state, id, true) : ILLEGAL;
    },
    equal: sameMap,
    hash: hashOf,
    partition: (history) => byKey(history).flatMap(byId),
    keyOf,
    effect: (_, output): Effect<UniqueIdsState> | undefined =>
      idOf(output) === undefined ? { kind: 'noop' } : undefined,
    describeOperation: (input, output) => describeStep(input, output, 'refused'),
    describeState: (state) => `{${[...entries(state)].map(([id]) => id).join(',')}}`,
  };
}

function idOf(answer: Answer | undefined): string | undefined {
  const id = answer?.value ?? undefined;
  return id === undefined ? undefined : describeValue(id);
}

function byId(whole: Partition<UniqueIdsInput, Answer>): readonly Partition<UniqueIdsInput, Answer>[] {
  const ids = new Map<string, Operation<UniqueIdsInput, Answer>[]>();
  for (const operation of whole.operations) {
    const id = idOf(operation.output) ?? '?';
    const others = ids.get(id);
    if (others) others.push(operation);
    else ids.set(id, [operation]);
  }
  return [...ids].map(([id, operations]) => {
    return { label: whole.label === '' ? id : `${whole.label} ${id}`, operations };
  });
}
