/**
 * Collections of numbers by their definition, for tests: a list, and what comes out of it next.
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

export type CollectionModel = Model<readonly number[], CollectionInput, CollectionOutput>;

export function collection(kind: Kind): CollectionModel {
  return {
    name: kind,
    init: () => [],
    step(state, { f, value }, output) {
      if (f === 'insert') return kind === 'set' && state.includes(value!) ? state : [...state, value!];
      if (f === 'whole') {
        const seen = output?.values;
        const same = seen?.length === state.length && seen.every((one) => state.includes(one));
        return seen === undefined || same ? state : ILLEGAL;
      }
      if (output === undefined) return state.slice(kind === 'lifo' ? 0 : 1, kind === 'lifo' ? -1 : undefined);
      if (output.value === null) return state.length === 0 ? state : ILLEGAL;
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
