/** Models by name: a thread makes its own, as functions don't travel. */
import { ILLEGAL, models, type Model, type ModelOptions, type Value } from 'porcupine-ts';

/** Undefined where there is none of that name. */
export function modelNamed(name: string, options: ModelOptions = {}): Model | undefined {
  if (!Object.hasOwn(models, name)) return undefined;
  const { initial = null } = options;
  return name === 'kv' && initial !== null ? startingWithPut(initial) : models[name]!.make(options);
}

function startingWithPut(value: Value): Model {
  const model = models['kv']!.make();
  const state = model.step(model.init(), { f: 'put', value }, undefined);
  if (state === ILLEGAL) throw new Error('a put is always legal');
  return { ...model, init: () => state };
}
