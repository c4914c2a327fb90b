/**
 * A partition in numbers, as this algorithm needs it: what each operation does, by the number of the
 * states it is about, and when. Operations are named by their position in an order that agrees with real
 * time: none comes before one that had returned when it was called.
 */
import type { Answer } from '../algorithm.ts';
import type { Budget } from '../budget.ts';
import type { Model, Operation } from '../model.ts';
import { StateTable } from '../states.ts';

export const NOOP = 0;
export const READ = 1;
export const REJECT = 2;
export const WRITE = 3;
export const CAS = 4;
export const ATTEMPT = 5;
export const UPDATE = 6;

/** No state, no operation, no version. */
export const NONE = -1;

export type Undecided = Extract<Answer, { kind: 'undecided' }>;

export interface History<S, I, O> {
  readonly operations: readonly Operation<I, O>[];
  readonly ids: Float64Array;
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
}

/** That an operation takes, here and in what is made of it. */
const BYTES = 150;
const AHEAD = 128;

export function numbered<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
  budget: Budget,
): History<S, I, O> | Undecided {
  const count = operations.length;
  budget.hold(count * BYTES);
  const ids = new Float64Array(count);
  const states = new StateTable<S>(model);
  const initial = states.intern(model.init());
  const kindOf = new Uint8Array(count);
  const from = new Int32Array(count).fill(NONE);
  const to = new Int32Array(count).fill(NONE);
  const call = new Float64Array(count);
  const end = new Float64Array(count);
  const appends = new Map<number, string>();
  let lastCall = -Infinity;
  for (let i = 0; i < count; i++) {
    budget.tick();
    // Read a few ahead: a plain loop waits for memory once where the model's code would wait each time.
    if (i % AHEAD === 0) {
      for (let j = i; j < Math.min(count, i + AHEAD); j++) {
        const ahead = operations[j]!;
        ids[j] = ahead.id;
        call[j] = ahead.call;
        end[j] = ahead.return;
      }
    }
    // In order of calls, or of returns, as they mostly are.
    if (end[i]! < lastCall) {
      const byCall = [...operations].sort((a, b) => a.call - b.call);
      return numbered(model, byCall, budget);
    }
    lastCall = Math.max(lastCall, call[i]!);
    const operation = operations[i]!;
    const effect = model.effect?.(operation.input, operation.output);
    if (!effect) return undecided('only the model knows what some operations do');
    switch (effect.kind) {
      case 'noop':
        kindOf[i] = NOOP;
        break;
      case 'read':
      case 'reject':
        kindOf[i] = effect.kind === 'read' ? READ : REJECT;
        from[i] = states.intern(effect.state);
        break;
      case 'write':
        kindOf[i] = WRITE;
        to[i] = states.intern(effect.state);
        break;
      case 'cas':
      case 'attempt':
        from[i] = states.intern(effect.from);
        to[i] = states.intern(effect.to);
        // From a state to itself, they only look.
        if (from[i] === to[i]) kindOf[i] = effect.kind === 'cas' ? READ : NOOP;
        else kindOf[i] = effect.kind === 'cas' ? CAS : ATTEMPT;
        break;
      case 'update':
        if (!effect.appends || !model.text) return undecided('there are updates other than appends');
        kindOf[i] = UPDATE;
        appends.set(i, effect.appends);
    }
  }
  return { operations, ids, kindOf, from, to, call, return: end, states, initial, appends };
}

export function undecided(why: string): Undecided {
  return { kind: 'undecided', why };
}
