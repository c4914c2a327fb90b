/**
 * A partition in numbers, as this algorithm needs it: what each operation does, by the number of the
 * states it is about, and when. Operations are named by their position in an order that agrees with real
 * time: none comes before one that had returned when it was called.
 */
import type { Given, Model } from '../model.ts';
import { Scratch } from '../scratch.ts';
import { StateTable } from '../states.ts';
import { ATTEMPT, CAS, FAILED, NOOP, OTHER, READ, REJECT, UPDATE, WRITE } from './kinds.ts';
import { ROW_BYTES, Rows } from './rows.ts';

/** No state, no operation, no version. */
export const NONE = -1;

/** It does not apply here, or could not decide. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly why: string;
}

export interface History<S, I, O> {
  readonly given: Given<I, O>;
  readonly kindOf: Uint8Array;
  /** The state that is read or rejected, or that a cas or an attempt leads from. */
  readonly from: Int32Array;
  /** The state that a write, a cas or an attempt leads to. */
  readonly to: Int32Array;
  readonly call: Float64Array;
  /** Infinity: unknown outcome. */
  readonly return: Float64Array;
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
  const scratch = new Scratch((BYTES + ROW_BYTES) * operations.length);
  const rows = new Rows(model, operations.length, scratch);
  // Up to the first that they can't decide, which is where they give up.
  operations.every((operation, i) => rows.write(i, operation));
  scratch.keep();
  return numberedIn(rows, 0, operations.length, model, given, scratch);
}

/** The same of `count` operations whose rows begin with `first`. What `scratch` was used for before is over. */
export function numberedIn<S, I, O>(
  rows: Rows<S, I, O>,
  first: number,
  count: number,
  model: Model<S, I, O>,
  given: Given<I, O>,
  scratch: Scratch,
): History<S, I, O> | Undecided {
  scratch.begin();
  const kindOf = scratch.uint8(count);
  const from = scratch.int32(count, NONE);
  const to = scratch.int32(count, NONE);
  const call = scratch.float64(count);
  const end = scratch.float64(count);
  const appends = new Map<number, string>();
  // About half of all operations make a state.
  const states = new StateTable<S>(model, count / 2, rows.hash, scratch);
  const initial = states.intern(model.init());
  let lastCall = -Infinity;
  for (let i = 0; i < count; i++) {
    const row = first + i;
    call[i] = rows.call(row);
    end[i] = rows.return(row);
    // In order of calls, or of returns, as they mostly are.
    if (end[i]! < lastCall)
      return numbered(model, { operations: [...given.operations].sort((a, b) => a.call - b.call) });
    if (call[i]! > lastCall) lastCall = call[i]!;
    const kind = (kindOf[i] = rows.kind(row));
    switch (kind) {
      case NOOP:
        break;
      case READ:
      case REJECT:
        from[i] = states.intern(rows.from(row), rows.hashOfFrom(row));
        break;
      case WRITE:
        to[i] = states.intern(rows.to(row), rows.hashOfTo(row));
        break;
      case CAS:
      case ATTEMPT:
        from[i] = states.intern(rows.from(row), rows.hashOfFrom(row));
        to[i] = states.intern(rows.to(row), rows.hashOfTo(row));
        // From a state to itself, they only look.
        if (from[i] === to[i]) kindOf[i] = kind === CAS ? READ : NOOP;
        break;
      case UPDATE:
        appends.set(i, rows.text(row));
        break;
      case OTHER:
        return undecided('there are updates other than appends');
      case FAILED:
        // Once more, so that it is heard.
        model.effect!(given.operations[i]!.input, given.operations[i]!.output);
        return undecided('the model throws now and then');
      default:
        return undecided('only the model knows what some operations do');
    }
  }
  const bytes = BYTES * count;
  return { given, kindOf, from, to, call, return: end, states, initial, appends, scratch, bytes };
}

export function undecided(why: string): Undecided {
  return { kind: 'undecided', why };
}
