/** Models by name: a thread makes its own, as functions don't travel. */
import { ILLEGAL, models, type Model } from 'porcupine-ts';
import type { Json } from '../harness/history/op.ts';

/** `initial`: what an object is at first; null for the model's own. Undefined where there is none of that name. */
export function modelNamed(name: string, initial: Json = null): Model | undefined {
  if (!Object.hasOwn(models, name)) return undefined;
  if (initial === null) return models[name]!.make();
  return name === 'kv' ? startingWithPut(initial) : models[name]!.make({ initial });
}

function startingWithPut(value: Json): Model {
  const model = models['kv']!.make();
  const state = model.step(model.init(), { f: 'put', value }, undefined);
  if (state === ILLEGAL) throw new Error('a put is always legal');
  return { ...model, init: () => state };
}
