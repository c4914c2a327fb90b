/** Models by name: a thread makes its own, as functions don't travel. */
import { kv, register, type Model } from 'porcupine-ts';

const MODELS: { readonly [name: string]: () => Model } = {
  kv: () => kv() as Model,
  register: () => register() as Model,
};

/** Undefined where there is none of that name. */
export function modelNamed(name: string): Model | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name]!() : undefined;
}
