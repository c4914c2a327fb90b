/**
 * Operations in words, for results that whoever shows them needs no model for.
 */
import type { Model } from './model.ts';

/** In the model's own words, where it has any. */
export function describeOperation<S, I, O>(model: Model<S, I, O>, input: I, output: O | undefined): string {
  return model.describeOperation?.(input, output) ?? JSON.stringify([input, output ?? '?']);
}
