/**
 * Collections of numbers by their definition, for tests: a list, and what comes out of it next.
 *
 * In the list of a bag, `null` stands for a removal whose answer is unknown: it may have removed any
 * element before it, or none. So the bag may be empty if each element has such a removal after it.
 */
import { ILLEGAL, type Collection, type Model } from '../model.ts';

export type Kind = Collection<unknown, unknown>['kind'];

export interface CollectionInput {
  readonly f: 'insert' | 'remove' | 'whole';
  readonly value?: number;
}

export interface CollectionOutput {
  /** What a removal removed; null if the collection was empty. */
  readonly value?: number | null;
  readonly values?: readonly number[];
}

type State = readonly (number | null)[];

export type CollectionModel = Model<State, CollectionInput, CollectionOutput>;

export function collection(kind: Kind): CollectionModel {
  return {
    name: kind,
    init: () => [],
    step(state, { f, value }, output) {
      if (f === 'insert') return kind === 'set' && state.includes(value!) ? state : [...state, value!];
      if (f === 'whole') return output === undefined || holdsExactly(state, output.values!) ? state : ILLEGAL;
      if (output === undefined) {
        if (kind === 'bag') return [...state, null];
        return kind === 'lifo' ? state.slice(0, -1) : state.slice(1);
      }
      if (output.value === null) return mayBeEmpty(state) ? [] : ILLEGAL;
      const at = kind === 'fifo' ? 0 : kind === 'lifo' ? state.length - 1 : state.indexOf(output.value!);
      return at >= 0 && state[at] === output.value ? state.toSpliced(at, 1) : ILLEGAL;
    },
    equal: (a, b) => a.length === b.length && a.every((value, i) => value === b[i]),
    hash: (state) => state.join(),
    collection: {
      kind,
      event({ f, value }, output) {
        if (f === 'insert') return { kind: 'insert', element: value! };
        if (f === 'whole') return output ? { kind: 'whole', elements: output.values! } : { kind: 'noop' };
        if (output === undefined) return { kind: 'take' };
        return output.value === null ? { kind: 'empty' } : { kind: 'remove', element: output.value! };
      },
    },
  };
}

function holdsExactly(state: State, values: readonly number[]): boolean {
  return state.length === values.length && values.every((value) => state.includes(value));
}

function mayBeEmpty(state: State): boolean {
  let removals = 0;
  for (const value of state.toReversed()) {
    removals += value === null ? 1 : -1;
    if (removals < 0) return false;
  }
  return true;
}
