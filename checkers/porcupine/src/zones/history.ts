/**
 * A partition in numbers, as this algorithm needs it: what each operation does, by the number of the
 * states it is about, and when. Operations are named by their position in an order that agrees with real
 * time: none comes before one that had returned when it was called.
 */
import { FAILED, FLAWED, NONE, OTHER } from '../kinds.ts';
import type { Given, Model, Operation } from '../model.ts';
import { chunkOf, ROW_BYTES, Rows, type Columns } from '../rows.ts';
import { Scratch } from '../scratch.ts';
import type { StateTable } from '../states.ts';

/** It does not apply here, or could not decide. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly why: string;
}

export interface History<S, I, O> extends Columns {
  /** Operations that are looked at, from the first on: later ones are called later than is known. */
  readonly count: number;
  readonly given: Given<I, O>;
  /** No state is added any more. */
  readonly states: StateTable<S>;
  readonly initial: number;
  /** By operation, for those that append. */
  readonly appends: ReadonlyMap<number, string>;
  /** Where the arrays are, and what is made of them. */
  readonly scratch: Scratch;
  /** That it takes, with what is made of it, about. */
  readonly bytes: number;
}

/** That an operation takes, here and in what is made of it. */
export const BYTES = 150;

export function numbered<S, I, O>(model: Model<S, I, O>, given: Given<I, O>): History<S, I, O> | Undecided {
  const { operations } = given;
  const count = operations.length;
  const scratch = new Scratch((BYTES + ROW_BYTES) * count);
  const makeChunk = (): ReturnType<typeof chunkOf> => chunkOf(scratch.float64((ROW_BYTES / 8) * count));
  const rows = new Rows<S, I, O>(model, { count, makeChunk, scratch });
  // Up to the first that they can't decide, which is where they give up.
  operations.every((operation) => rows.write(operation));
  scratch.keep();
  return numberedIn(rows, model, given, scratch);
}

/** The same of operations with these rows. What `scratch` was used for before is over. */
export function numberedIn<S, I, O>(
  rows: Rows<S, I, O>,
  model: Model<S, I, O>,
  given: Given<I, O>,
  scratch: Scratch,
): History<S, I, O> | Undecided {
  const { states, initial, appends, length, unfit, culprit } = rows;
  switch (unfit) {
    case NONE:
      break;
    case OTHER:
      return undecided('there are updates other than appends');
    case FAILED:
      // Once more, so that it is heard.
      model.init();
      if (culprit) model.effect?.(culprit.input, culprit.output);
      return undecided('the model throws now and then');
    case FLAWED:
      return undecided(lying(culprit!));
    default:
      return undecided('only the model knows what some operations do');
  }
  // In order of calls, or of returns, as they mostly are.
  if (!rows.inOrder)
    return numbered(model, { operations: [...given.operations].sort((a, b) => a.call - b.call) });
  scratch.begin();
  const { kindOf, from, to, call, return: end } = rows.columns(scratch);
  const bytes = BYTES * length;
  // All members by name: what begins with those of another object is made anew for each partition, and so
  // is the code that reads it.
  return {
    count: length,
    given,
    kindOf,
    from,
    to,
    call,
    return: end,
    states,
    initial,
    appends,
    scratch,
    bytes,
  };
}

/** Of the operations that were called until then, and a few others. */
export function knownBy<S, I, O>(history: History<S, I, O>, until: number): History<S, I, O> {
  const { call } = history;
  let { count } = history;
  while (count > 0 && call[count - 1]! > until) count--;
  const { given, kindOf, from, to, return: end, states, initial, appends, scratch, bytes } = history;
  return { count, given, kindOf, from, to, call, return: end, states, initial, appends, scratch, bytes };
}

export function lying({ id }: Operation): string {
  return `the model says of operation ${id} what it does not do`;
}

export function undecided(why: string): Undecided {
  return { kind: 'undecided', why };
}
