/**
 * What a model declares about a collection, against what its `step` does, for tests: both go through the
 * same operations, and have to allow the same ones.
 */
import { ILLEGAL, type CollectionEvent, type ElementKey, type Model } from '../model.ts';
import { collection, type CollectionInput, type CollectionOutput } from './collection.ts';

/**
 * Goes through the operations one after the other, leaving out what isn't legal. The first on which `step`
 * and the definition of the collection differ, or -1. Operations that insert what was inserted before are
 * left out, and those that the model declares nothing about.
 */
export function disagreement<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly (readonly [input: I, output: O | undefined])[],
): number {
  const { kind, event } = model.collection!;
  const definition = collection(kind);
  const numbers = new Map<ElementKey, number>();
  const numberOf = (element: ElementKey): number => {
    const number = numbers.get(element) ?? numbers.size;
    numbers.set(element, number);
    return number;
  };
  let state = model.init();
  let defined = definition.init();
  for (const [i, [input, output]] of operations.entries()) {
    const what = event(input, output);
    if (!what || (what.kind === 'insert' && numbers.has(what.element))) continue;
    const [asked, answered] = asDefined(what, numberOf);
    const next = model.step(state, input, output);
    const nextDefined = definition.step(defined, asked, answered);
    if ((next === ILLEGAL) !== (nextDefined === ILLEGAL)) return i;
    if (next === ILLEGAL || nextDefined === ILLEGAL) continue;
    state = next;
    defined = nextDefined;
  }
  return -1;
}

function asDefined(
  event: CollectionEvent,
  numberOf: (element: ElementKey) => number,
): readonly [CollectionInput, CollectionOutput | undefined] {
  switch (event.kind) {
    case 'insert':
      return [{ f: 'insert', value: numberOf(event.element) }, {}];
    case 'remove':
      return [{ f: 'remove' }, { value: numberOf(event.element) }];
    case 'empty':
      return [{ f: 'remove' }, { value: null }];
    case 'take':
      return [{ f: 'remove' }, undefined];
    case 'whole':
      return [{ f: 'whole' }, { values: event.elements.map(numberOf) }];
    case 'present':
    case 'absent':
      return [{ f: 'contains', value: numberOf(event.element) }, { found: event.kind === 'present' }];
    case 'noop':
      return [{ f: 'whole' }, undefined];
  }
}
