/**
 * Collections of numbers by their definition, for tests: a list, and what comes out of it next.
 *
 * In the list of a bag, `null` stands for a removal whose answer is unknown: it removed one of the elements
 * before it. So none of these can come out if then too few would be left for such removals.
 */
import { ILLEGAL, type Collection, type Model } from '../model.ts';

export type Kind = Collection<unknown, unknown>['kind'];

export interface CollectionInput {
  readonly f: 'insert' | 'remove' | 'whole' | 'contains';
  readonly value?: number;
}

export interface CollectionOutput {
  /** What a removal removed; null if the collection was empty. */
  readonly value?: number | null;
  readonly values?: readonly number[];
  readonly found?: boolean;
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
      if (f === 'contains')
        return output === undefined || output.found === state.includes(value!) ? state : ILLEGAL;
      if (output === undefined) {
        if (kind === 'bag') return sizeOf(state) === 0 ? state : [...state, null];
        return kind === 'lifo' ? state.slice(0, -1) : state.slice(1);
      }
      if (output.value === null) return sizeOf(state) === 0 ? [] : ILLEGAL;
      const at = kind === 'fifo' ? 0 : kind === 'lifo' ? state.length - 1 : state.indexOf(output.value!);
      if (at < 0 || state[at] !== output.value) return ILLEGAL;
      const left = state.toSpliced(at, 1);
      return left.every((_, i) => sizeOf(left.slice(0, i + 1)) >= 0) ? left : ILLEGAL;
    },
    equal: (a, b) => a.length === b.length && a.every((value, i) => value === b[i]),
    hash: (state) => state.join(),
    collection: {
      kind,
      event({ f, value }, output) {
        if (f === 'insert') return { kind: 'insert', element: value! };
        if (f === 'whole') return output ? { kind: 'whole', elements: output.values! } : { kind: 'noop' };
        if (f === 'contains')
          return output ? { kind: output.found ? 'present' : 'absent', element: value! } : { kind: 'noop' };
        if (output === undefined) return { kind: 'take' };
        return output.value === null ? { kind: 'empty' } : { kind: 'remove', element: output.value! };
      },
    },
  };
}

function holdsExactly(state: State, values: readonly number[]): boolean {
  const seen = new Set(values);
  return (
    seen.size === values.length &&
    state.length === seen.size &&
    state.every((value) => value !== null && seen.has(value))
  );
}

function sizeOf(state: State): number {
  return state.reduce<number>((size, value) => size + (value === null ? -1 : 1), 0);
}
