/** Models by name: a thread makes its own, as functions don't travel. */
import { models, type Model } from 'porcupine-ts';

/** With the model's own defaults. Undefined where there is none of that name. */
export function modelNamed(name: string): Model | undefined {
  return Object.hasOwn(models, name) ? models[name]!.make() : undefined;
}
