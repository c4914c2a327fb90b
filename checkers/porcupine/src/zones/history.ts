/**
 * A partition in numbers, as this algorithm needs it: what each operation does, by the number of the
 * states it is about, and when. Operations are named by their position in an order that agrees with real
 * time: none comes before one that had returned when it was called.
 */
import { OutOfBudget, type Budget } from '../budget.ts';
import type { Model, Operation, Partition } from '../model.ts';
import { sideBySide } from '../side-by-side.ts';
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

/** It does not apply here, or could not decide. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly why: string;
}

export interface History<S, I, O> {
  readonly operations: readonly Operation<I, O>[];
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
  /** That it takes, with what is made of it, about. */
  readonly bytes: number;
}

/** That an operation takes, here and in what is made of it. */
const BYTES = 150;

export function numbered<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
): History<S, I, O> | Undecided {
  const reader = new HistoryReader(model, operations);
  reader.read(0, operations.length);
  return reader?.finish();
}

/** The same for all partitions of a history, but those of which a model throws; none if there is no time for it. */
export function readAll<S, I, O>(
  model: Model<S, I, O>,
  partitions: readonly Partition<I, O>[],
  budget: Budget,
): readonly (History<S, I, O> | Undecided | undefined)[] {
  const lengths = partitions.map(({ operations }) => operations.length);
  const failed = new Set<number>();
  const trying = <T>(partition: number, read: () => T): T | undefined => {
    try {
      return failed.has(partition) ? undefined : read();
    } catch {
      failed.add(partition);
      return undefined;
    }
  };
  const readers = partitions.map(({ operations }, i) =>
    trying(i, () => new HistoryReader(model, operations)),
  );
  try {
    sideBySide(lengths, (partition, first, end) => {
      budget.look();
      trying(partition, () => readers[partition]?.read(first, end));
    });
  } catch (error) {
    if (error instanceof OutOfBudget) return [];
    throw error;
  }
  return readers.map((reader, partition) => trying(partition, () => reader?.finish()));
}

/** Reads a partition a stretch at a time, so that the partitions of a history can be read side by side. */
class HistoryReader<S, I, O> {
  readonly #model: Model<S, I, O>;
  readonly #operations: readonly Operation<I, O>[];
  readonly #kindOf: Uint8Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #call: Float64Array;
  readonly #return: Float64Array;
  readonly #states: StateTable<S>;
  readonly #initial: number;
  readonly #appends = new Map<number, string>();
  #lastCall = -Infinity;
  #inOrder = true;
  #undecided: Undecided | undefined;

  constructor(model: Model<S, I, O>, operations: readonly Operation<I, O>[]) {
    const count = operations.length;
    this.#model = model;
    this.#operations = operations;
    this.#kindOf = new Uint8Array(count);
    this.#from = new Int32Array(count).fill(NONE);
    this.#to = new Int32Array(count).fill(NONE);
    this.#call = new Float64Array(count);
    this.#return = new Float64Array(count);
    // About half of all operations make a state.
    this.#states = new StateTable<S>(model, count / 2);
    this.#initial = this.#states.intern(model.init());
  }

  /** From one position up to another; each once, in order. */
  read(first: number, end: number): void {
    for (let i = first; i < end && this.#inOrder && !this.#undecided; i++) this.#read(i);
  }

  finish(): History<S, I, O> | Undecided {
    if (this.#undecided) return this.#undecided;
    if (!this.#inOrder) {
      const byCall = [...this.#operations].sort((a, b) => a.call - b.call);
      return numbered(this.#model, byCall);
    }
    return {
      operations: this.#operations,
      kindOf: this.#kindOf,
      from: this.#from,
      to: this.#to,
      call: this.#call,
      return: this.#return,
      states: this.#states,
      initial: this.#initial,
      appends: this.#appends,
      bytes: this.#operations.length * BYTES,
    };
  }

  #read(i: number): void {
    const { call, return: end, input, output } = this.#operations[i]!;
    // In order of calls, or of returns, as they mostly are.
    if (end < this.#lastCall) this.#inOrder = false;
    if (call > this.#lastCall) this.#lastCall = call;
    this.#call[i] = call;
    this.#return[i] = end;
    const effect = this.#model.effect?.(input, output);
    switch (effect?.kind) {
      case undefined:
        this.#undecided = undecided('only the model knows what some operations do');
        break;
      case 'noop':
        this.#kindOf[i] = NOOP;
        break;
      case 'read':
      case 'reject':
        this.#kindOf[i] = effect.kind === 'read' ? READ : REJECT;
        this.#from[i] = this.#states.intern(effect.state);
        break;
      case 'write':
        this.#kindOf[i] = WRITE;
        this.#to[i] = this.#states.intern(effect.state);
        break;
      case 'cas':
      case 'attempt': {
        const from = (this.#from[i] = this.#states.intern(effect.from));
        const to = (this.#to[i] = this.#states.intern(effect.to));
        // From a state to itself, they only look.
        if (from === to) this.#kindOf[i] = effect.kind === 'cas' ? READ : NOOP;
        else this.#kindOf[i] = effect.kind === 'cas' ? CAS : ATTEMPT;
        break;
      }
      case 'update':
        if (!effect.appends || !this.#model.text)
          this.#undecided = undecided('there are updates other than appends');
        else {
          this.#kindOf[i] = UPDATE;
          this.#appends.set(i, effect.appends);
        }
    }
  }
}

export function undecided(why: string): Undecided {
  return { kind: 'undecided', why };
}
