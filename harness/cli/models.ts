/**
 * Which model a history is held against: found by the functions it uses, and what each of them needs as
 * its argument, so that an op that the model cannot have is refused with its place.
 */
import { kv, register, type Model } from 'porcupine-ts';
import { isClientOp, type Json, type Op } from '../history/op.ts';

/** What an invocation's value must be. */
type Argument = 'none' | 'value' | 'text' | 'pair';

export interface CheckModel {
  readonly about: string;
  readonly functions: { readonly [f: string]: Argument };
  /** What an object is before anything was done to it. */
  model(initial: Json): Model;
}

/** In the order in which they are tried. */
export const MODELS: { readonly [name: string]: CheckModel } = {
  register: {
    about: 'a register with read, write and cas, for each key',
    functions: { read: 'none', write: 'value', cas: 'pair' },
    model: (initial) => register(initial) as Model, // it is given what `functions` lets through
  },
  kv: {
    about: 'keys with get, put, append, cas and delete',
    functions: { get: 'none', put: 'value', append: 'text', cas: 'pair', delete: 'none' },
    model: (initial) => startingWith(kv() as Model, { f: 'put', value: initial }, initial),
  },
};

/** The models that have all these functions. */
export function modelsFor(functions: ReadonlySet<string>): readonly string[] {
  return Object.keys(MODELS).filter((name) => [...functions].every((f) => f in MODELS[name]!.functions));
}

/** What is wrong with an op for a model, if anything. */
export function unfit(name: string, { functions }: CheckModel): (op: Op) => string | undefined {
  const known = new Map(Object.entries(functions));
  return (op) => {
    if (!isClientOp(op)) return undefined;
    const argument = known.get(op.f);
    if (argument === undefined)
      return `expected a function of the model ${name} (${[...known.keys()].join(', ')}), but found ${op.f}`;
    if (op.type !== 'invoke' || argument === 'none') return undefined;
    if (op.value === undefined) return `expected a value for ${op.f} to work with, but found none`;
    if (argument === 'text' && typeof op.value !== 'string') return `expected a text for ${op.f}`;
    if (argument === 'pair' && !(Array.isArray(op.value) && op.value.length === 2))
      return `expected [expected, new] for ${op.f}, but found ${JSON.stringify(op.value).slice(0, 80)}`;
    return undefined;
  };
}

function startingWith(model: Model, write: unknown, initial: Json): Model {
  if (initial === null) return model;
  const state = model.step(model.init(), write, undefined);
  return { ...model, init: () => state };
}
