/**
 * Collections of distinct elements in polynomial time: each element is inserted once, so it is known which
 * insertion a removal answers to, and what is left is about times. Everything else is undecided.
 */
import type { Algorithm, Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Given, Model } from '../model.ts';
import { growOnly } from './grow-only.ts';
import { bag, queue } from './queue.ts';
import { read } from './reading.ts';
import { stack } from './stack.ts';

export function distinct<S, I, O>(model: Model<S, I, O>, given: Given<I, O>, budget: Budget): Algorithm {
  return {
    run: () => decide(model, given, budget),
    // It doesn't go through the history in the order of time.
    progress: () => ({ explained: 0, longest: [] }),
  };
}

function decide<S, I, O>({ name, collection }: Model<S, I, O>, given: Given<I, O>, budget: Budget): Answer {
  if (!collection) return { kind: 'undecided', why: `${name} is not a collection` };
  const { operations } = given;
  if (collection.kind === 'set') return growOnly(collection, operations, budget);

  const reading = read(collection, operations, budget);
  if (reading.kind !== 'reading') return reading;
  switch (collection.kind) {
    case 'fifo':
      return queue(reading, budget);
    case 'lifo':
      return stack(reading, budget);
    case 'bag':
      return bag(reading);
  }
}
